"""Cells that a reader runs in the browser: what that needs, and the pages that offer it."""

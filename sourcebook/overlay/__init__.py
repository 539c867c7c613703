"""Private overlays: answers, questions, notes and dates kept outside the repository."""

"""YAML, read by the C library where it is there: ten times as fast, with the same lines."""

from __future__ import annotations

from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(text: str) -> Any:
    """What a YAML text says; only plain values."""
    return yaml.load(text, Loader=_LOADER)

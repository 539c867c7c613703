"""YAML, read by the C library where it is there: ten times as fast, with the same lines."""

from __future__ import annotations

import pickle
from functools import lru_cache
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(text: str) -> Any:
    """What a YAML text says; only plain values, each time new ones."""
    return pickle.loads(_read(text))


@lru_cache(maxsize=1000)
def _read(text: str) -> bytes:
    return pickle.dumps(yaml.load(text, Loader=_LOADER))

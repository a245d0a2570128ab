"""What probes measured, read from the store."""

from __future__ import annotations

import json
from typing import Any

from safetensors.numpy import load_file

from xeval.running.store import Store


def measured(store: Store, key: str) -> dict[str, Any]:
    """The numbers of a probe, and its vectors beside them."""
    folder = store.path(key)
    document: dict[str, Any] = json.loads((folder / "probe.json").read_text(encoding="utf-8"))
    return document | dict(load_file(folder / "vectors.safetensors"))

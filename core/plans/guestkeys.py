"""What a key says of a plugin that does not ship with xeval, besides the version that its author raises by hand."""

from __future__ import annotations

from typing import Any

from xeval.plans.catalogue import Shelf
from xeval.values import Json


def code_said(shelf: Shelf[Any], name: str, plugin: Any) -> dict[str, Json]:
    """Its distribution and the digest of its code; nothing for what ships, whose version is enough."""
    offer = shelf.offers.get(name)
    if offer is None or offer.plugin is not plugin or not offer.entry.code:
        return {}
    return {"plugin": {"distribution": offer.entry.distribution, "code": offer.entry.code}}

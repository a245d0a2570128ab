"""Which plugins took part, each with its distribution, version, entry point and the digest of its code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from xeval.errors import XevalError
from xeval.plans.catalogue import Catalogue, Offer
from xeval.values import Json


def plugins_of(params: Mapping[str, Json], catalogue: Catalogue) -> list[dict[str, Json]]:
    """The plugins that the parameters of a stage name, each once, in the order of their names."""
    return told(offers_in(params, catalogue))


def plugins_in(all_params: Iterable[Mapping[str, Json]], orders: Iterable[str], catalogue: Catalogue) -> list[Any]:
    """The plugins behind the stages of a plan, and the orders that decided their phases."""
    offers = [offer for params in all_params for offer in offers_in(params, catalogue)]
    return told((*offers, *order_offers(orders, catalogue)))


def told(offers: Iterable[Offer[Any]]) -> list[dict[str, Json]]:
    """One entry for each entry point, with the names that it gave."""
    found: dict[tuple[str, str], dict[str, Json]] = {}
    for offer in offers:
        entry = offer.entry
        about = found.setdefault(
            (entry.distribution, entry.name),
            {
                "entry_point": f"{entry.name} = {entry.module}",
                "distribution": entry.distribution,
                "version": entry.version,
                "code": entry.code or None,
                "offers": {},
            },
        )
        about["offers"][offer.name] = offer.plugin.version
    for about in found.values():
        about["offers"] = dict(sorted(about["offers"].items()))
    return [found[name] for name in sorted(found)]


def offers_in(params: Json, catalogue: Catalogue) -> Iterator[Offer[Any]]:
    """Tasks and perturbations anywhere in the parameters of a stage."""
    if isinstance(params, Mapping):
        if "shelf" in params and "name" in params:
            shelf: Any = catalogue.targets if params["shelf"] == "target" else catalogue.intermediates
            yield from _offer(shelf, params["name"])
        elif "level" in params and "name" in params:
            yield from _offer(catalogue.perturbations, params["name"])
        for value in params.values():
            yield from offers_in(value, catalogue)
    elif isinstance(params, (list, tuple)):
        for value in params:
            yield from offers_in(value, catalogue)


def order_offers(names: Iterable[str], catalogue: Catalogue) -> Iterator[Offer[Any]]:
    """The offers behind orders; of one that takes a parameter, that of its family."""
    for name in names:
        family = next((base for base in sorted(catalogue.orders, key=len, reverse=True) if name.startswith(base)), "")
        yield from _offer(catalogue.orders, name if name in catalogue.orders else family)


def _offer(shelf: Any, name: str) -> Iterator[Offer[Any]]:
    try:
        yield shelf.offer(name)
    except XevalError:
        return  # a stage of another plan, or a name that is none

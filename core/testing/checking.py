"""Checks of one package, in a process of their own, told line by line as JSON: `python -m xeval.testing.checking`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from xeval.contracts import OrderFamily
from xeval.errors import XevalError, spoken
from xeval.guests import Hangs, limited, patience
from xeval.hashing import digest
from xeval.plans.catalogue import Catalogue, Offer, PluginEntry, Shelf
from xeval.running.discovery import KINDS, discover, find_entry, offered
from xeval.sources.finding import Place
from xeval.testing import orders, perturbations, studies, tasks
from xeval.testing.packages import WATCH, Package, installed_package, package_findings, read_folder

Tell = Callable[[dict[str, Any]], None]


def main(name: str, only_outputs: bool, hub: str) -> None:
    """Check the package of a folder or of an installed entry point; every line says what is done or found."""
    sys.dont_write_bytecode = True
    out = sys.stdout
    sys.stdout = sys.stderr  # what a plugin prints is no line of ours

    def tell(line: dict[str, Any]) -> None:
        print(json.dumps(line), file=out, flush=True)

    try:
        package = read_folder(Path(name)) if Path(name).is_dir() else installed_package(find_entry(name))
    except XevalError as error:
        tell({"mistake": error.message, "hint": error.hint})
        return
    check_package(package, Place(hub=Path(hub) if hub else None, offline=True), tell, only_outputs)
    tell({"done": True})


def check_package(package: Package, place: Place, tell: Tell, only_outputs: bool = False) -> None:
    """Check a package and all that its entry points offer; or tell only what they make of the samples."""
    if not only_outputs and not all(entry.shipped for entry in package.entries):
        tell_all(tell, "its package", package_findings(package))
    for entry in package.entries:
        check_entry(entry, place, tell, only_outputs)


def tell_all(tell: Tell, about: str, found: Iterable[str]) -> None:
    """A line for each finding."""
    for one in found:
        tell({"about": about, "finding": one})


def check_entry(entry: PluginEntry, place: Place, tell: Tell, only_outputs: bool) -> None:
    """Import an entry point, ask its hooks, and check all that it offers."""
    about = f"the entry point {entry.name}"
    tell({"at": f"{about}: its import"})
    before = set(sys.modules)
    WATCH.start()
    try:
        found = offered(entry)
    except (Exception, SystemExit, Hangs) as error:  # noqa: BLE001 - a plugin may do anything; this is what is looked for
        if not only_outputs:
            tell({"about": about, "finding": f"it cannot be loaded: {said(error)}"})
        return
    if not only_outputs and not entry.shipped:
        tell_all(tell, about, WATCH.findings(before))
    WATCH.listening = False
    shipped = discover()
    for hook, offer in found:
        kind = KINDS[hook][0]
        if not entry.shipped and offer.name in offers_of(shipped, kind) and not only_outputs:
            put = f"xeval ships one of that name; put your lab in front: lab-{offer.name}"
            tell({"about": f"the {kind} {offer.name}", "finding": put})
        if only_outputs:
            tell({"outputs": f"{kind} {offer.name}", "digest": output_digest(kind, offer, place)})
        else:
            check_offer(kind, offer, place, tell)


def offers_of(catalogue: Catalogue, kind: str) -> Shelf[Any]:
    """The shelf of a kind."""
    tasks_and_more = (catalogue.intermediates, catalogue.targets, catalogue.studies, catalogue.observers)
    shelves: tuple[Shelf[Any], ...] = (catalogue.perturbations, catalogue.orders, *tasks_and_more)
    return next(shelf for shelf in shelves if shelf.kind == kind)


def check_offer(kind: str, offer: Offer[Any], place: Place, tell: Tell) -> None:
    """All checks of a kind; one that hangs is the last."""
    seen: set[str] = set()
    about = f"the {kind} {offer.name}"
    if kind.endswith("task") and (remark := tasks.placeholders(case_of(kind, offer.plugin, place))):
        tell({"about": about, "remark": remark})
    if kind == "study" and (remark := study_remark(offer.plugin)):
        tell({"about": about, "remark": remark})
    if kind == "perturbation" and not perturbations_shown(offer.plugin):
        tell({"about": about, "remark": "it covers none of the sample languages, so little could be checked"})
    for check, subject in checks_of(kind, offer.plugin, place):
        what = (check.__doc__ or check.__name__).strip().splitlines()[0].rstrip(".")
        tell({"at": f"{about}: {what}"})
        for finding in found_by(check, subject):
            if finding not in seen:
                tell({"about": about, "finding": finding, "rule": check.__name__.replace("_", " ")})
            seen.add(finding)
        if any("took longer than" in finding for finding in seen):
            return


def perturbations_shown(plugin: Any) -> bool:
    """Whether it covers any sample; if it raises, the checks say so."""
    try:
        return bool(perturbations.shown(plugin))
    except Exception:  # noqa: BLE001 - a plugin may do anything; the checks find what
        return True


def study_remark(plugin: Any) -> str:
    """Why a study cannot be tried on the samples; if it raises anything but a refusal, the checks say so."""
    try:
        return studies.tried(plugin)
    except Exception:  # noqa: BLE001 - a plugin may do anything; the checks find what
        return ""


def checks_of(kind: str, plugin: Any, place: Place) -> Iterator[tuple[Callable[[Any], Iterator[str]], Any]]:
    """The checks of a kind, each with what it is given."""
    if kind == "perturbation":
        yield from ((check, plugin) for check in perturbations.CHECKS)
    elif kind == "language order":
        subject = orders.with_some_parameter(plugin) if isinstance(plugin, OrderFamily) else plugin
        yield from ((check, subject) for check in orders.CHECKS)
    elif kind == "study":
        yield from ((check, plugin) for check in studies.CHECKS)
    elif kind.endswith("task"):
        case = case_of(kind, plugin, place)
        yield from ((check, case) for check in (tasks.DECLARED if tasks.placeholders(case) else tasks.CHECKS))


def case_of(kind: str, plugin: Any, place: Place) -> tasks.Case:
    """A task with what its checks need to know."""
    return tasks.Case(plugin, place, kind == "target task")


def found_by(check: Callable[[Any], Iterator[str]], subject: Any) -> list[str]:
    """The findings of a check; what it raises is one."""
    try:
        with limited(patience()):
            return list(check(subject))
    except (Exception, SystemExit, Hangs) as error:  # noqa: BLE001 - a plugin may do anything
        return [said(error)]


def said(error: BaseException) -> str:
    """An error as a finding."""
    if isinstance(error, Hangs):
        return f"it {error}"
    return str(error) if isinstance(error, XevalError) else f"it raises {spoken(error)}"


def output_digest(kind: str, offer: Offer[Any], place: Place) -> str:
    """A digest of what a plugin makes of the samples; the empty text if it raises, which the checks tell."""
    try:
        with limited(patience()):
            subject = next((subject for _, subject in checks_of(kind, offer.plugin, place)), None)
            makers: dict[str, Callable[[Any], list[str]]] = {
                "perturbation": perturbations.outputs,
                "language order": orders.outputs,
                "study": studies.outputs,
                "observer": lambda _: [],
            }
            return digest(makers.get(kind, tasks.outputs)(subject))
    except (Exception, SystemExit, Hangs):  # noqa: BLE001 - a plugin may do anything; the checks find what
        return ""


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "outputs", sys.argv[3])

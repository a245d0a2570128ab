from __future__ import annotations

import inspect
import re
import sys
import tomllib
from dataclasses import MISSING, fields
from pathlib import Path
from types import ModuleType
from typing import get_args

import pluggy
import pytest

from xeval import analysis, api, hookspecs, testing
from xeval.contracts import IntermediateTask, LanguageOrder, Observer, Perturbation, Study, TargetTask
from xeval.running.discovery import KINDS, members
from xeval.testing.packages import PUBLIC

ROOT = Path(__file__).parent.parent
PAGE = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("plugins.md", "studies.md"))
EXAMPLE = ROOT / "examples" / "xeval-plugin-example"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
HOOKS = [name for name in dir(hookspecs) if name.startswith("xeval_")]
CONTRACTS = (Perturbation, LanguageOrder, IntermediateTask, TargetTask, Study, Observer)


def run(source: str) -> ModuleType:
    module = ModuleType("documented")
    exec(compile(source, "docs/plugins.md", "exec", dont_inherit=True), vars(module))
    return module


def offers(module: ModuleType) -> list[tuple[str, object]]:
    manager = pluggy.PluginManager("xeval")
    manager.add_hookspecs(hookspecs)
    manager.register(module)
    manager.check_pending()
    return [(hook, plugin) for hook in HOOKS for found in getattr(manager.hook, hook)() for plugin in found]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.strip().splitlines()[-1])
def test_examples_run_and_what_they_offer_has_the_shape_of_its_kind(block: str) -> None:
    for hook, plugin in offers(run(block)):
        assert isinstance(plugin, KINDS[hook][1])


def test_every_hook_has_an_example() -> None:
    assert {hook for block in BLOCKS for hook, _ in offers(run(block))} == set(HOOKS)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_documented_with_its_arguments(hook: str) -> None:
    assert f"`{hook}{_arguments(getattr(hookspecs, hook))}`" in PAGE


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_member_of_a_contract_is_documented(contract: type) -> None:
    for member in members(contract):
        value = getattr(contract, member, None)
        said = f"`{member}{_arguments(value)}`" if callable(value) else f"`{member}"
        assert said in PAGE, said


@pytest.mark.parametrize("name", ["change_words", "change_characters"])
def test_arguments_of_the_tools_are_documented(name: str) -> None:
    names = ", ".join(p.name + ("=None" if p.default is None else "") for p in _parameters(getattr(api, name)))

    assert f"`{name}({names})`" in PAGE


def test_the_guide_begins_with_a_plugin_of_under_fifteen_lines() -> None:
    assert len([line for line in BLOCKS[0].splitlines() if line.strip()]) < 15
    assert offers(run(BLOCKS[0]))


@pytest.mark.parametrize("name", testing.__all__)
def test_every_public_name_for_tests_is_documented(name: str) -> None:
    assert f"`{name}" in PAGE
    assert getattr(testing, name)


@pytest.mark.parametrize("module", [api, analysis], ids=lambda module: module.__name__)
def test_every_public_name_is_documented(module: ModuleType) -> None:
    page = PAGE + (ROOT / "docs" / "api.md").read_text(encoding="utf-8")

    assert [name for name in module.__all__ if not re.search(rf"`{name}\b", page)] == []


@pytest.mark.parametrize("example", [*get_args(api.Example), api.Answer, api.Passage])
def test_the_fields_of_every_example_are_documented(example: type) -> None:
    needed = [f.name for f in fields(example) if f.default is MISSING]

    assert f"`{example.__name__}({', '.join(needed)})`" in PAGE


def test_what_a_task_of_the_hub_may_say_is_documented() -> None:
    assert [f.name for f in fields(api.HubTask) if f"`{f.name}" not in PAGE] == []


def test_what_a_study_is_given_is_documented() -> None:
    values = (api.Selection, api.TaskFacts, api.Design, api.Results)
    named = {f.name for value in values for f in fields(value)} - {"intermediate_languages", "noise", "panels"}

    assert [name for name in sorted(named) if f"`{name}" not in PAGE] == []
    assert [name for name in vars(analysis.Panel) if name[0] != "_" and f"`{name}" not in PAGE] == []


def test_what_is_public_is_the_same_everywhere() -> None:
    said = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")

    assert all(f"`{module}`" in said for module in PUBLIC)


def test_the_page_is_where_the_hooks_say() -> None:
    for hook in HOOKS:
        anchor = re.search(r"docs/plugins\.md#([\w-]+)", inspect.getdoc(getattr(hookspecs, hook)) or "")
        assert anchor
        assert anchor[1] in {title.lower().replace(" ", "-") for title in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)}


def test_the_example_package_offers_what_its_entry_point_says(monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    monkeypatch.syspath_prepend(EXAMPLE)
    monkeypatch.delitem(sys.modules, "xeval_vowel_drop", raising=False)
    (name, module), *others = project["entry-points"]["xeval"].items()
    found = offers(__import__(module))

    assert not others
    assert [(hook, plugin.name) for hook, plugin in found] == [("xeval_perturbations", name)]
    assert project["dependencies"] == ["xeval-harness>=0.1.0"]


def test_the_example_imports_the_public_names_only() -> None:
    source = (EXAMPLE / "xeval_vowel_drop.py").read_text(encoding="utf-8")

    assert set(re.findall(r"(?:from|import) (xeval[\w.]*)", source)) == {"xeval.api"}


def _parameters(function: object) -> list[inspect.Parameter]:
    return [p for p in inspect.signature(function).parameters.values() if p.name != "self"]


def _arguments(function: object) -> str:
    return f"({', '.join(p.name for p in _parameters(function))})"

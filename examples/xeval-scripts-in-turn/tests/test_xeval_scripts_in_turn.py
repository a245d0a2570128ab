from __future__ import annotations

from xeval_scripts_in_turn import ScriptsInTurn

from xeval.api import Phase
from xeval.testing import LanguageOrderConformance, languages


class TestScriptsInTurn(LanguageOrderConformance):
    plugin = ScriptsInTurn()


def test_the_script_of_the_source_comes_first() -> None:
    known = languages()
    spoken = [known[code] for code in ("ru", "tr", "el", "en")]

    phases = ScriptsInTurn().phases(spoken, known["en"])

    assert phases == [Phase(("en", "tr"), 0.5), Phase(("ru",), 0.25), Phase(("el",), 0.25)]

"""The page of a leaderboard, in a real browser: sorted, searched, asked, in dark and light, read by a screen reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser import chromium, in_colours, violations
from test_leaderboard import LANGUAGES, Made

from xeval.boards.leaderboard import boards
from xeval.charts.page import page
from xeval.faces.boardpage import BESIDE, Shown, as_page, notes
from xeval.faces.repeating import repeat_table

__all__ = ["chromium"]  # a fixture is used by its name

HOSTILE = "</script><script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">"


def made(rows: int = 0) -> Made:
    """Three tasks, four systems, noise, orders, shares of data, a hole, a hostile name; and `rows` more cells."""
    run = Made()
    recipes = {"none": 60, "mnli": 70, "mnli*0.1": 65, "mnli[qen,qaa]@far": 68, "mnli[qen,qaa]@near": 66}
    for target in ("pos", "nli", f"t{HOSTILE}"):
        for recipe, percent in recipes.items():
            for code, loss in (("qen", -20), ("qaa", 0), ("qbb", 15)):
                run.score(code, percent - loss, recipe=recipe, target=target)
                run.score(code, percent - loss - 10, recipe=recipe, target=target, perturbation="noise", level=0.1)
                run.score(code, percent - loss - 20, recipe=recipe, target=target, perturbation="noise", level=0.3)
    for recipe in [recipe for recipe in recipes if recipe != "none"]:
        run.score("qcc", 50, recipe=recipe, target="pos")
    run.hole("qcc", "failed", reason=f"out of memory {HOSTILE}", target="pos")
    for number in range(rows):
        run.score("qaa", number % 100, target="pos", model=f"small-{number}")
    return run


def page_of(run: Made) -> str:
    board, *beside = boards(run.cells, run.evidence, LANGUAGES, ("task", *BESIDE))
    return as_page(Shown("abc", "2026-01-02", board, {one.by: one for one in beside}, run.cells, LANGUAGES))


@pytest.fixture
def browser(chromium: Any, tmp_path: Path) -> Any:
    """The page of a small run, opened from a file."""
    path = tmp_path / "board.html"
    path.write_text(page_of(made()), encoding="utf-8")
    in_colours(chromium, "light")
    chromium.get(path.as_uri())
    yield chromium
    assert chromium.get_log("browser") == [], "the console is silent"
    assert chromium.title == "Leaderboard", "no name ran as a script"


def texts(driver: Any, rows: str, place: int) -> list[str]:
    """A column of the rows that are seen in the first such table."""
    script = (
        "return [...document.querySelector(arguments[0]).querySelectorAll('tbody tr')].filter((row) => !row.hidden)"
        ".map((row) => row.cells[arguments[1]].textContent.trim())"
    )
    found: list[str] = driver.execute_script(script, rows, place)
    return found


def click(driver: Any, selector: str) -> None:
    driver.execute_script("document.querySelector(arguments[0]).click()", selector)


def dialog(driver: Any) -> str:
    text: str = driver.execute_script("const d = document.querySelector('dialog'); return d.open ? d.innerText : ''")
    return text


CELLS = ".rows[data-key]"


def test_a_click_on_a_head_sorts_by_it_and_another_turns_it_around(browser: Any) -> None:
    head = f"{CELLS} thead th:nth-child(7)"
    click(browser, f"{head} button")
    falling = [float(text) for text in texts(browser, CELLS, 6) if text != "✗"]

    assert falling == sorted(falling, reverse=True)
    assert browser.execute_script("return document.querySelector(arguments[0]).ariaSort", head) == "descending"
    click(browser, f"{head} button")
    rising = [float(text) for text in texts(browser, CELLS, 6) if text != "✗"]
    assert rising == sorted(rising)
    assert browser.execute_script("return document.querySelector(arguments[0]).ariaSort", head) == "ascending"


def test_holes_stay_last_whichever_way_numbers_are_sorted(browser: Any) -> None:
    head = "#ranking .rows thead tr:last-child th:nth-child(3) button"
    for _ in range(2):
        click(browser, head)
        assert texts(browser, "#ranking .rows", 0)[-1] == "–", "the incomplete system"


def test_a_search_and_menus_leave_the_rows_that_match_both(browser: Any) -> None:
    browser.execute_script(
        "function set(name, value, event) {"
        "  const label = [...document.querySelectorAll('#cells label')].find((l) => l.textContent.startsWith(name));"
        "  const field = label.querySelector('select, input');"
        "  field.value = value; field.dispatchEvent(new Event(event));"
        "}"
        "set('language', 'qbb', 'change'); set('Search', '@FAR', 'input');"
    )
    assert set(texts(browser, CELLS, 2)) == {"qbb"}
    assert all("@far" in name for name in texts(browser, CELLS, 0))
    assert len(texts(browser, CELLS, 0)) == 9
    assert "9 of 140 rows" in browser.execute_script("return document.querySelector('#cells output').textContent")


def test_rows_beyond_the_first_come_when_they_are_asked_for(browser: Any) -> None:
    assert len(texts(browser, CELLS, 0)) == 100
    click(browser, "#cells .more")
    assert len(texts(browser, CELLS, 0)) == 140


def test_a_cell_says_where_it_is_from(browser: Any) -> None:
    click(browser, f"{CELLS} tbody tr:nth-child(2) th button")
    said = dialog(browser)

    for text in ("pos in qen", "noise@0.1", "items", "40", "stage", "accuracy", "70.0"):
        assert text in said
    assert browser.execute_script("return document.activeElement.textContent") == "Close"


def test_a_hole_says_why_it_is_one(browser: Any) -> None:
    for _ in range(2):  # by state, from z to a
        click(browser, f"{CELLS} thead th:nth-child(10) button")
    browser.execute_script(
        "[...document.querySelectorAll(arguments[0] + ' tbody tr:not([hidden])')]"
        ".find((row) => row.textContent.includes('failed')).querySelector('th button').click()",
        CELLS,
    )
    assert "out of memory </script>" in dialog(browser)


def test_a_line_of_the_board_says_its_intervals_and_marks_what_was_asked(browser: Any) -> None:
    click(browser, "#ranking .rows tbody tr td[data-v]:nth-child(4)")

    assert "95% interval" in dialog(browser)
    assert browser.execute_script("return document.querySelectorAll('dialog tr.asked').length") == 1
    assert browser.execute_script("return document.querySelector('dialog tr.asked th').textContent") == "source"


def test_a_field_of_the_heat_map_says_where_it_is_from(browser: Any) -> None:
    browser.execute_script(
        "document.querySelector('#heat .field[data-row=nli][data-column=qbb]')"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    assert "nli in qbb" in dialog(browser)


def test_one_heat_map_is_seen_at_a_time_and_the_menu_changes_it(browser: Any) -> None:
    seen = "return [...document.querySelectorAll('#heat > [data-system]:not([hidden])')].map((e) => e.dataset.system)"
    before = browser.execute_script(seen)
    browser.execute_script(
        "const m = document.querySelector('#chooser select'); m.value = '1'; m.dispatchEvent(new Event('change'))"
    )
    after = browser.execute_script(seen)

    assert len(before) == len(after) == 1
    assert before != after


def test_every_chart_has_its_place(browser: Any) -> None:
    count = "return arguments[0].map((name) => document.querySelectorAll(`#${name} svg`).length)"
    counts = browser.execute_script(count, ["ranking", "heat", "noise", "orders", "scale"])
    assert counts[0] >= 1
    assert counts[1] == 5, "a map for each system"
    assert min(counts[2:]) >= 1


def test_dark_and_light_follow_the_system_until_they_are_chosen(browser: Any) -> None:
    def paper() -> str:
        found: str = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        return found

    light = paper()
    in_colours(browser, "dark")
    dark = paper()
    click(browser, "#theme")

    assert dark != light
    assert paper() == light


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, scheme: str) -> None:
    in_colours(browser, scheme)
    browser.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    assert violations(browser) == []
    click(browser, "#ranking .rows tbody th button")
    assert violations(browser) == []


def test_nothing_is_asked_of_the_network(browser: Any) -> None:
    loaded = browser.execute_script("return performance.getEntriesByType('resource').map((one) => one.name)")

    assert loaded == []


def test_without_scripts_every_row_and_every_map_is_there(chromium: Any, tmp_path: Path) -> None:
    path = tmp_path / "board.html"
    path.write_text(page_of(made()), encoding="utf-8")
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        chromium.get(path.as_uri())
        rows = chromium.find_elements("css selector", f"{CELLS} tbody tr")
        assert len(rows) == 140
        assert rows[-1].is_displayed()
        assert not chromium.find_element("id", "theme").is_displayed(), "a button that does nothing is not shown"
    finally:
        chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_the_axis_of_a_curve_does_not_call_every_score_zero_shot() -> None:
    text = page_of(made())

    assert ": source under noise" in text
    assert "zero-shot score" not in text


def test_a_board_of_nothing_is_a_page_too() -> None:
    assert "there is no cell to show" in page_of(Made())


def test_many_remarks_of_one_kind_are_folded_and_the_others_are_seen() -> None:
    few, many = (
        notes(["degenerate: a", "a is ahead"]),
        notes([*(f"degenerate: {n}" for n in range(9)), "and 3 more of this kind", "a is ahead"]),
    )

    assert "<details" not in few
    assert many.index("a is ahead") < many.index("10 remarks on degenerate models") < many.index("and 3 more")


def test_what_repeats_a_run_can_be_read_without_moving_sideways(chromium: Any, tmp_path: Path) -> None:
    table = repeat_table([("command", "xeval run"), ("keys", "0123456789abcdef " * 200)])
    path = tmp_path / "page.html"
    path.write_text(page("Repeat", table), encoding="utf-8")

    chromium.get(path.as_uri())

    frame, code = (chromium.find_element("css selector", one) for one in (".wide", "td code"))
    assert frame.size["width"] >= chromium.execute_script("return arguments[0].scrollWidth", frame)
    assert code.location["x"] < frame.size["width"] / 2

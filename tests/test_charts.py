"""Charts and pages: what they show, that nothing in a name can break out of them, and that they load nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xeval.charts.chart import Chart, Measured, Point, figure, figures
from xeval.charts.colours import HEAT, letters_on, linear, shade
from xeval.charts.curves import curves
from xeval.charts.heatmaps import heatmap
from xeval.charts.intervals import bars, intervals
from xeval.charts.markup import Markup, element, json_block, safe
from xeval.charts.page import page, section
from xeval.charts.scales import Axis, Scale, scale, ticks
from xeval.charts.scatters import scatter

HOSTILE = "</title></svg><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\x1b[31m\x00\u202e"
SCORES = Axis("score", percent=True)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def all_charts(name: str) -> list[Chart]:
    line = [Point(x, 0.5 - x, 0.4 - x, 0.6 - x, name, name) for x in (0.0, 0.1, 0.3)]
    rows = [Measured(name, 0.2, 0.1, 0.3, name), Measured("other", -0.1)]
    return [
        curves(name, {name: line, "other": line}, Axis(name), Axis(name, percent=True)),
        scatter(name, line, Axis(name), Axis(name), trend=(0.5, -1.0)),
        heatmap(name, [name], [name, "b"], [[0.25, name]], SCORES),
        intervals(name, rows, Axis(name), 0.0),
        bars(name, rows, Axis(name)),
    ]


def marks(svg: str, kind: str) -> list[dict[str, str]]:
    """The attributes of the elements of a kind, or of the class `kind`."""
    found = [node.attrib for node in ElementTree.fromstring(svg).iter()]
    return [attributes for attributes in found if attributes.get("class") == kind]


# ------------------------------------------------------------------------------------------------------------ charts


@pytest.mark.parametrize("number", range(5))
def test_a_chart_is_one_svg_with_a_title_and_all_its_numbers_in_words(number: int) -> None:
    svg = all_charts("accuracy")[number].svg
    root = ElementTree.fromstring(svg)

    assert root.tag.endswith("svg")
    assert root.attrib["role"] == "img"
    assert [child.tag.rpartition("}")[2] for child in root[:2]] == ["title", "desc"]
    for row in all_charts("accuracy")[number].rows:
        assert all(cell in (root[1].text or "") for cell in row)


@pytest.mark.parametrize("number", range(5))
def test_no_name_breaks_out_of_a_chart(number: int) -> None:
    chart = all_charts(HOSTILE)[number]
    tags = {node.tag.rpartition("}")[2] for node in ElementTree.fromstring(chart.svg).iter()}

    assert not tags & {"script", "img"}
    assert not re.search("[\x00-\x08\x1b\u202e]", chart.svg)
    assert "<script" not in figure(chart, HOSTILE)


@pytest.mark.parametrize("number", range(5))
def test_colours_are_variables_of_the_page_so_that_they_follow_dark_and_light(number: int) -> None:
    fixed = set(re.findall(r"#[0-9a-f]{6}", all_charts("a")[number].svg))

    assert not fixed or number == 2, "only a heat map has colours of its own"


def test_a_higher_score_is_drawn_higher_and_a_larger_level_further_right() -> None:
    chart = curves("c", {"a": [Point(0.0, 0.2), Point(0.3, 0.9)]}, Axis(), SCORES)
    first, second = marks(chart.svg, "mark")[:2]

    assert float(first["cy"]) > float(second["cy"])
    assert float(first["cx"]) < float(second["cx"])


def test_a_number_that_is_not_there_leaves_a_gap_in_its_line() -> None:
    points = [Point(x, math.nan if x == 2 else 0.5) for x in range(5)]
    chart = curves("c", {"a": points}, Axis(), SCORES)

    assert len([one for one in marks(chart.svg, "series") if "d" in one]) == 2
    assert ("a", "2", "–", "", "") in chart.rows


def test_a_logarithmic_axis_spaces_by_ratio_and_keeps_zero_in_the_table_alone() -> None:
    points = [Point(x, 0.5) for x in (0, 1, 10, 100)]
    chart = curves("c", {"a": points}, Axis(log=True), SCORES)
    places = [float(one["cx"]) for one in marks(chart.svg, "mark") if "cx" in one][:3]

    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.02)
    assert len(chart.rows) == 4


def test_holes_of_a_heat_map_are_hatched_and_say_why() -> None:
    chart = heatmap("h", ["xnli"], ["sw", "qu"], [[0.5, "not offered: no Quechua"]])

    assert len(marks(chart.svg, "hatch")) == 1
    assert "xnli, qu: not offered: no Quechua" in chart.svg


def test_losses_and_gains_of_the_same_size_are_equally_far_from_the_middle() -> None:
    chart = heatmap("h", ["a"], ["x", "y", "z"], [[-0.1, 0.0, 0.1]], Axis(percent=True, signed=True))
    colours = re.findall(r'<rect fill="(#[0-9a-f]{6})"', chart.svg)

    assert len(set(colours)) == 3
    assert colours[1] == "#f6f6f4"


def test_each_group_has_its_colour_and_its_shape() -> None:
    points = [Point(n, n, group=f"g{n}") for n in range(4)]
    signs = marks(scatter("s", points, Axis(), Axis()).svg, "mark")[:4]

    assert len({one["fill"] for one in signs}) == 4
    assert sum("cx" in one for one in signs) == 1


@pytest.mark.parametrize(
    "draw",
    [
        lambda: curves("c", {}, Axis(), Axis()),
        lambda: scatter("s", [], Axis(log=True), Axis()),
        lambda: heatmap("h", [], [], []),
        lambda: intervals("i", [], Axis()),
        lambda: bars("b", [Measured("a", 0.0)], Axis()),
    ],
)
def test_charts_of_nothing_are_drawn_too(draw: Callable[[], Chart]) -> None:
    assert ElementTree.fromstring(draw().svg).tag.endswith("svg")


numbers = st.floats(-1e6, 1e6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=9), st.booleans())
def test_whatever_the_numbers_every_mark_is_inside_the_drawing(pairs: list[tuple[float, float]], log: bool) -> None:
    points = [Point(abs(x) + 1e-3, y) for x, y in pairs]
    svg = curves("c", {"a": points}, Axis(log=log), Axis()).svg
    width, height = (float(part) for part in ElementTree.fromstring(svg).attrib["viewBox"].split()[2:])

    for one in marks(svg, "mark"):
        assert 0 <= float(one["cx"]) <= width
        assert 0 <= float(one["cy"]) <= height


@settings(max_examples=100, deadline=None)
@given(numbers, st.floats(1e-3, 1e6), st.integers(3, 12))
def test_ticks_are_few_evenly_spaced_and_on_the_scale(low: float, span: float, most: int) -> None:
    over = scale([low, low + span], Axis(), 0, 100)
    found = ticks(over, most)

    assert 1 <= len(found) <= most + 1
    assert all(over.low - 1e-6 * span <= value <= over.high + 1e-6 * span for value in found)


def test_a_scale_ends_where_it_was_told_to() -> None:
    assert scale([0.2, 0.9], Axis(low=0.0, high=1.0), 0, 100) == Scale(0.0, 1.0, 0, 100)
    assert [round(value, 2) for value in ticks(Scale(0, 1, 0, 1))] == [0, 0.2, 0.4, 0.6, 0.8, 1]
    assert ticks(Scale(1, 1000, 0, 1, True)) == (1, 10, 100, 1000)


@given(st.floats(0, 1))
def test_numbers_on_heat_can_be_read(place: float) -> None:
    """Contrast of at least 4.5 to 1 (WCAG 2.2, AA)."""

    def luminance(colour: tuple[int, int, int]) -> float:
        return sum(w * linear(part / 255) for w, part in zip((0.2126, 0.7152, 0.0722), colour, strict=True))

    colour = shade(place, HEAT)
    ink = 0.0 if letters_on(colour) == "#000000" else 1.0
    dark, bright = sorted((luminance(colour), ink))
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


# ------------------------------------------------------------------------------------------------------------- pages


class Tags(HTMLParser):
    """The tags and attributes of a page, and whether every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "hr", "input", "col"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags_of(text: str) -> Tags:
    parser = Tags()
    parser.feed(text)
    assert parser.open == []
    return parser


def test_a_page_loads_nothing_and_runs_nothing_but_its_own_scripts() -> None:
    text = page("A page", section("Charts", figures(*map(figure, all_charts("a")))))
    found = tags_of(text).seen
    policy = next(a["content"] or "" for tag, a in found if a.get("http-equiv"))

    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline" not in policy.split(";")[1]
    assert not [tag for tag, _ in found if tag in {"link", "img", "iframe", "object", "base"}]
    assert not [a for _, a in found if "src" in a or not str(a.get("href", "#")).startswith("#")]
    assert not [a for _, a in found if any(name.startswith("on") for name in a)]


def test_no_text_breaks_out_of_a_page() -> None:
    text = page(HOSTILE, section(HOSTILE, HOSTILE, name=HOSTILE), json_block("data", {HOSTILE: HOSTILE}), lead=HOSTILE)
    found = tags_of(text).seen

    assert [a.get("type") for tag, a in found if tag == "script"] == ["application/json", None]
    assert "img" not in {tag for tag, _ in found}


def test_markup_is_put_in_as_it_is_and_text_is_escaped() -> None:
    assert element("b", Markup("<i>x</i>"), "<i>") == "<b><i>x</i>&lt;i&gt;</b>"
    assert safe("\x00\u202e<") == "��&lt;"

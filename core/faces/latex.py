"""Boards as LaTeX tables (booktabs): the best of each column in bold, what may be as good with a dagger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from xeval.boards.board import WORDS, Block, Board, Column, Entry, Hole, Line, holes_in
from xeval.boards.choosing import best_of
from xeval.boards.statistics import Estimate
from xeval.charts.markup import UNWRITABLE
from xeval.faces.painting import SIGNS, interval, percent, points, rank

PREAMBLE = "% Needs \\usepackage{booktabs}; names in other scripts need XeLaTeX or LuaLaTeX and a font that has them."
ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "[": "{[}",  # after a line break it would be read as its option
    "]": "{]}",
    "*": "{*}",
    "–": "--",
    "−": "$-$",
    "†": r"$\dagger$",
    "·": r"\textperiodcentered{}",
    "✗": r"$\times$",
    "�": "?",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
SPECIAL = re.compile("|".join(map(re.escape, ESCAPES)))
TIED = r"$^\dagger$"
QUOTED = r"$\ddagger$"
TIE_NOTE = r"$\dagger$ not separable from the best"
QUOTED_NOTE = r"$\ddagger$ published, without a rank"


def as_latex(board: Board) -> str:
    """A board as LaTeX: a `table` for each block, with its captions and notes below."""
    blocks = "\n\n".join("\n".join(table_lines(block, board)) for block in board.blocks)
    about = board.notes if board.blocks else (*board.captions, *board.notes)
    notes = "\n".join(f"% {comment(note)}" for note in about)
    return f"{PREAMBLE}\n\n{blocks}\n\n{notes}\n"


def table_lines(block: Block, board: Board) -> Iterator[str]:
    """A table: heads, lines, and what is below them."""
    yield "\\begin{table}\n\\centering\\small"
    yield f"\\caption{{{escaped(block.title)}}}"
    yield f"\\begin{{tabular}}{{@{{}}rl{'r' * len(block.columns)}@{{}}}}\n\\toprule"
    yield from head_lines(block.columns)
    yield "\\midrule"
    best = [best_of(block, place) for place in range(len(block.columns))]
    ranked = [line for line in block.lines if not line.published]
    yield from (row_of(block, line, best) for line in ranked)
    quoted = [line for line in block.lines if line.published]
    if quoted:
        yield "\\midrule"
    yield from (row_of(block, line, [None] * len(best)) for line in quoted)
    yield "\\bottomrule\n\\end{tabular}"
    yield f"\\par\\smallskip\\footnotesize {' '.join(f'{text}.' for text in below(block, board))}"
    yield "\\end{table}"


def head_lines(columns: Sequence[Column]) -> Iterator[str]:
    """The heads of groups over the columns they hold, with a rule, and the names of the columns."""
    spans = [(group, len(list(members))) for group, members in groupby(columns, key=lambda column: column.group)]
    if any(group for group, _ in spans):
        over = [f"\\multicolumn{{{count}}}{{c}}{{{escaped(group)}}}" for group, count in spans]
        yield f" & & {' & '.join(over)} \\\\"
        yield "".join(rules(spans))
    yield f"rank & system & {' & '.join(escaped(column.name) for column in columns)} \\\\"


def rules(spans: Iterable[tuple[str, int]]) -> Iterator[str]:
    """A rule under each head over several columns."""
    start = 3
    for group, count in spans:
        if group:
            yield f"\\cmidrule(lr){{{start}-{start + count - 1}}}"
        start += count


def row_of(block: Block, line: Line, best: Sequence[float | None]) -> str:
    """A line of the table. The dagger stands at the first number, which systems are ranked by."""
    first = QUOTED if line.published else escaped(rank(line))
    is_tied = line.rank is not None and line.rank[0] == 1 and len([1 for one in block.lines if leads(one)]) > 1
    cells = [
        entry_of(column, entry, top, is_tied and place == 0)
        for place, (column, entry, top) in enumerate(zip(block.columns, line.entries, best, strict=True))
    ]
    return f"{first} & {escaped(str(line.system))} & {' & '.join(cells)} \\\\"


def leads(line: Line) -> bool:
    """Whether no system is separably better."""
    return line.rank is not None and line.rank[0] == 1


def entry_of(column: Column, entry: Entry, best: float | None, is_tied: bool) -> str:
    """A number: bold if it is the best, with a dagger if it is not and cannot be told apart from it."""
    if isinstance(entry, Hole):
        return escaped(SIGNS[entry.state])
    text = percent(entry.value) if column.kind == "score" else points(entry.value)
    text = f"${text}$" if column.kind == "change" else text
    if entry.value == best:
        text = f"\\textbf{{\\boldmath {text}}}"
    elif is_tied:
        text += TIED
    if column.interval and isinstance(entry, Estimate):
        text += f" {{\\scriptsize {escaped(interval(column, entry))}}}"
    return text


def below(block: Block, board: Board) -> Iterator[str]:
    """What stands below a table: signs, captions of the block and of the board, notes of the block."""
    if len([line for line in block.lines if leads(line)]) > 1:
        yield TIE_NOTE
    if any(line.published for line in block.lines):
        yield QUOTED_NOTE
    yield from (f"{escaped(SIGNS[state])} {WORDS[state]}" for state in holes_in(block))
    yield from (escaped(text.rstrip(".")) for text in (*block.captions, *board.captions, *block.notes))


def escaped(text: str) -> str:
    """Text that LaTeX sets as it is, on one line.

    >>> escaped(r"50% of \\input{x}")
    '50\\\\% of \\\\textbackslash{}input\\\\{x\\\\}'
    """
    return SPECIAL.sub(lambda match: ESCAPES[match[0]], comment(text))


def comment(text: str) -> str:
    """Text on one line: a comment ends where a line does."""
    return UNWRITABLE.sub("�", re.sub(r"[\n\t\u2028\u2029]", " ", text))

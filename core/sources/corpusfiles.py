"""Rows of data sets in the formats that their authors publish them in, as the copies on the hub have them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from xeval.sources.tablefiles import text_of
from xeval.values import Row

# Universal Dependencies splits a written word like Spanish "del" into two; XTREME's preparation tags it as one, with
# the tag of the part that stands first in these lists (google-research/xtreme, conllu_to_conll.py).
PRECEDENCE = {
    "": "VERB NOUN PROPN PRON ADJ NUM ADV INTJ AUX ADP DET PART CCONJ SCONJ X PUNCT",
    "es": "VERB AUX PRON ADP DET",
    "fr": "VERB AUX PRON NOUN ADJ ADV ADP DET PART SCONJ CONJ",
    "it": "VERB AUX ADV PRON ADP DET INTJ",
}
JOINER = "\u200c"  # zero-width, in Persian words above all; XTREME drops it


def squad(paths: Sequence[Path], language: str) -> Iterator[Row]:
    """SQuAD's JSON, also that of XQuAD, MLQA and TyDi QA: a row for each question.

    Where paragraphs have `sentence_breaks`, as in XQuAD-R, rows have them too, and the paragraph's number from 1.
    """
    number = 0
    for path in paths:
        for article in _json(path)["data"]:
            for paragraph in article["paragraphs"]:
                number += 1
                broken = {name: paragraph[name] for name in ("sentence_breaks",) if name in paragraph}
                beside = {**broken, "paragraph": number} if broken else {}
                yield from ({**_question(asked, paragraph, article), **beside} for asked in paragraph["qas"])


def _question(asked: Row, paragraph: Row, article: Row) -> Row:
    answers = [] if asked.get("is_impossible") else asked.get("answers", [])
    return {
        "id": str(asked["id"]),
        "title": article.get("title", ""),
        "context": paragraph["context"],
        "question": asked["question"],
        "answers": {name: [answer[name] for answer in answers] for name in ("text", "answer_start")},
    }


def conll(paths: Sequence[Path], language: str) -> Iterator[Row]:
    """A token in each line, its columns parted by tabs or spaces; an empty line ends a sentence.

    A row has its columns as lists, by number from 0: also the first as `tokens`, and the last as `tags`.
    """
    for lines in chain.from_iterable(map(_blocks, paths)):
        words = [line.split("\t") if "\t" in line else line.split() for line in lines if not _is_remark(line)]
        for word in words:
            if len(word) != len(words[0]):
                told = (
                    f"has {len(word)} columns, and {' '.join(words[0])!r}, which begins its sentence, {len(words[0])}"
                )
                raise ValueError(f"the line {' '.join(word)!r} {told}")
        columns = list(zip(*words, strict=True)) if words else []
        if columns:
            numbered = {str(number): list(column) for number, column in enumerate(columns)}
            yield {**numbered, "tokens": list(columns[0]), "tags": list(columns[-1])}


def supertags(paths: Sequence[Path], language: str) -> Iterator[Row]:
    """A sentence in each line: its words, a tab, their tags, all parted by spaces."""
    for path in paths:
        for number, line in enumerate(text_of(path).splitlines()):
            words, tab, tags = line.partition("\t")
            if not tab:
                raise ValueError(f"line {number} of {path.name} has no tab between words and tags")
            yield {"tokens": words.split(), "tags": tags.split()}


def wikiann(paths: Sequence[Path], language: str) -> Iterator[Row]:
    """PAN-X: `token TAB tag` in a line; the first publication has the language before each token, as in `de:Berlin`."""
    for row in conll(paths, language):
        yield {"tokens": [token.removeprefix(f"{language}:") for token in row["tokens"]], "ner_tags": row["tags"]}


def conllu(paths: Sequence[Path], language: str) -> Iterator[Row]:
    """CoNLL-U with written words as XTREME prepares them: those of several syntactic words fused into one."""
    order = PRECEDENCE.get(language, PRECEDENCE[""]).split()
    for lines in chain.from_iterable(map(_blocks, paths)):
        words = list(_written([line.split("\t") for line in lines if not line.startswith("#")], order))
        words = [(form, tag) for form, tag in words if form and tag != "_"]
        if words:
            yield {"tokens": [form for form, _ in words], "pos_tags": [tag for _, tag in words]}


def _written(lines: Sequence[list[str]], order: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(form, tag) of the words as written; the columns are id, form, lemma, tag, …"""
    last = 0  # of the syntactic words that are in a fused one
    for number, form, _, tag, *_ in lines:
        first, dash, end = number.partition("-")
        if dash:
            last = int(end)
            tags = [line[3] for line in lines if line[0].isdecimal() and int(first) <= int(line[0]) <= last]
            yield _plain(form), min(tags, key=lambda tag: order.index(tag) if tag in order else len(order))
        elif number.isdecimal() and int(number) > last:  # 8.1 is a word that is not there
            yield _plain(form), tag


def _plain(form: str) -> str:
    return form.replace(JOINER, "").replace(" ", "")


def parallel(paths: Sequence[Path], language: str) -> Iterator[Row]:
    """Two files side by side: each line of the first is the translation of the same line of the second."""
    texts, translations = (text_of(path).rstrip("\n").split("\n") for path in paths)
    if len(texts) != len(translations):
        raise ValueError(f"{paths[0].name} has {len(texts)} lines, and {paths[1].name} has {len(translations)}")
    for text, translation in zip(texts, translations, strict=True):
        yield {"source_sentence": text, "target_sentence": translation}


def bucc(paths: Sequence[Path], language: str) -> Iterator[Row]:
    """BUCC's three files: `id TAB sentence` of both sides, and the gold pairs of ids.

    A row for each gold pair, then one for each sentence that translates nothing, with an empty other side.
    """
    texts, translations, gold = (dict(_pairs(path)) for path in paths)
    for text, translation in gold.items():
        if text not in texts or translation not in translations:
            raise ValueError(f"{paths[2].name} has the pair {text} {translation}, of which a sentence is not there")
        yield _bitext(text, texts[text], translation, translations[translation])
    yield from (_bitext(uid, text, "", "") for uid, text in texts.items() if uid not in gold)
    found = set(gold.values())
    yield from (_bitext("", "", uid, text) for uid, text in translations.items() if uid not in found)


def _bitext(source: str, text: str, target: str, translation: str) -> Row:
    named = {"source_lang": source, "target_lang": target}  # where the copy on the hub has the ids
    return {"source_sentence": text, "target_sentence": translation, **named}


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text_of(path).rstrip("\n").split("\n")):
        first, tab, second = line.rstrip("\r").partition("\t")
        if not tab:
            raise ValueError(f"line {number} of {path.name} has no tab")
        yield first, second


def _json(path: Path) -> Any:
    try:
        return json.loads(text_of(path))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name} is no JSON: {error}") from None


def _blocks(path: Path) -> Iterator[list[str]]:
    """The lines of a file between empty lines."""
    lines: Iterable[str] = text_of(path).replace("\r\n", "\n").split("\n")
    for empty, block in groupby(lines, key=lambda line: not line.strip()):
        if not empty:
            yield list(block)


def _is_remark(line: str) -> bool:
    return line.startswith(("-DOCSTART-", "# "))

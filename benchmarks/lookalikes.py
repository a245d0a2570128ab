"""Which letters look alike: measured on rendered glyphs, for the table of the perturbation `ocr`.

Needs Pillow, and a folder of fonts: Noto Sans (2020-12-25) for alphabets, WenQuanYi Micro Hei 0.2.0 for ideographs and
kana, UnDotum 1.0.2 for Hangul. Prints the table: python benchmarks/lookalikes.py FONTS > plugins/perturbations/ocr.tsv
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE, CANVAS = 32, 48  # pixels: of a letter, and of the square that it is drawn in
ALIKE = 0.82  # cosine of two blurred glyphs, from which on they count as alike
MOST = 3  # look-alikes kept for a letter, best first; two in scripts of thousands of characters
DIGITS = "0123456789"
ASCII = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
JOINED = ("rn", "cl", "vv", "ri", "li", "nn", "ii", "lo", "VV", "IVI")  # two letters that may look like one
ARABIC = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"
DEVANAGARI = "अआइईउऊऋऍएऐऑओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलळवशषसह०१२३४५६७८९"
# Per script: a font, the letters that all its languages share, which are taken for one another alone, and further ones.
SCRIPTS = {
    "Latn": ("NotoSans", ASCII + ASCII.upper() + DIGITS, [*range(0xC0, 0x180), *range(0x1E90, 0x1EFA), 0x1A1, 0x1B0]),
    "Cyrl": ("NotoSans", CYRILLIC + CYRILLIC.upper() + DIGITS, [*range(0x400, 0x460), *range(0x490, 0x4F0)]),
    "Grek": ("NotoSans", "", [*range(0x386, 0x3CF), *map(ord, DIGITS)]),
    "Armn": ("NotoSansArmenian", "", range(0x531, 0x587)),
    "Geor": ("NotoSansGeorgian", "", range(0x10D0, 0x10F1)),
    "Hebr": ("NotoSansHebrew", "", range(0x5D0, 0x5EB)),
    "Arab": ("NotoSansArabic", ARABIC, map(ord, "ٹپچڈڑژکگںھہۂۃیئےۓ")),
    "Deva": ("NotoSansDevanagari", DEVANAGARI, ()),
    "Beng": ("NotoSansBengali", "", [*range(0x985, 0x9BA), *range(0x9E6, 0x9F2)]),
    "Guru": ("NotoSansGurmukhi", "", [*range(0xA05, 0xA3A), *range(0xA66, 0xA70)]),
    "Gujr": ("NotoSansGujarati", "", [*range(0xA85, 0xABA), *range(0xAE6, 0xAF0)]),
    "Orya": ("NotoSansOriya", "", [*range(0xB05, 0xB3A), *range(0xB66, 0xB70)]),
    "Taml": ("NotoSansTamil", "", range(0xB85, 0xBBA)),
    "Telu": ("NotoSansTelugu", "", [*range(0xC05, 0xC3A), *range(0xC66, 0xC70)]),
    "Knda": ("NotoSansKannada", "", [*range(0xC85, 0xCBA), *range(0xCE6, 0xCF0)]),
    "Mlym": ("NotoSansMalayalam", "", [*range(0xD05, 0xD3A), *range(0xD66, 0xD70), *range(0xD7A, 0xD80)]),
    "Sinh": ("NotoSansSinhala", "", range(0xD85, 0xDC7)),
    "Thai": ("NotoSansThai", "", [*range(0xE01, 0xE2F), *range(0xE50, 0xE5A), 0xE32, 0xE43, 0xE44]),
    "Laoo": ("NotoSansLao", "", [*range(0xE81, 0xEAF), *range(0xED0, 0xEDA)]),
    "Khmr": ("NotoSansKhmer", "", [*range(0x1780, 0x17A3), *range(0x17E0, 0x17EA)]),
    "Mymr": ("NotoSansMyanmar", "", [*range(0x1000, 0x1022), *range(0x1040, 0x104A)]),
    "Ethi": ("NotoSansEthiopic", "", range(0x1200, 0x1357)),
    "Kore": ("UnDotum", "", range(0xAC00, 0xD7A4)),
    "Hans": ("wqy-microhei", "", range(0x4E00, 0x9FA6)),
    "Hant": ("wqy-microhei", "", range(0x4E00, 0x9FA6)),
    "Jpan": ("wqy-microhei", "", [*range(0x3041, 0x30FB), *range(0x4E00, 0x9FA6)]),
}
# Only the common characters: the first level of a national standard, which ends before that byte.
FIRST_LEVEL = {"Kore": ("euc_kr", 0xFF), "Hans": ("gb2312", 0xD8), "Hant": ("big5", 0xC9), "Jpan": ("shift_jis", 0x98)}


def main(fonts: Path) -> None:
    """Print the table: a script, and each letter before its look-alikes, parted by spaces."""
    for script, (font, core, codes) in SCRIPTS.items():
        path = next(p for p in sorted(fonts.rglob(f"{font}*")) if p.stem in (font, f"{font}-Regular"))
        letters = sorted({*core, *filter(partial(is_written, script), map(chr, codes))})
        found = look_alikes(
            [*letters, *(JOINED if script == "Latn" else ())], core, ImageFont.truetype(str(path), SIZE)
        )
        for letter, alike in found:
            if len(letter) == 1:
                print(script, " ".join((letter, *alike[: 2 if script in FIRST_LEVEL else MOST])), sep="\t")


def is_written(script: str, letter: str) -> bool:
    """Whether a character is a letter or digit that texts in NFC hold, and none of the rare ones."""
    if unicodedata.category(letter)[0] not in "LN" or unicodedata.normalize("NFKC", letter) != letter:
        return False
    if script not in FIRST_LEVEL:
        return True
    standard, end = FIRST_LEVEL[script]
    try:
        code = letter.encode(standard)
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and code[0] < end


def look_alikes(letters: list[str], core: str, font: ImageFont.FreeTypeFont) -> Iterator[tuple[str, list[str]]]:
    """Each letter with those most like it, best first; letters without any are left out."""
    missing = glyph("\uffff", font)
    drawn = {letter: picture for letter in letters if (picture := glyph(letter, font)).any()}
    drawn = {letter: picture for letter, picture in drawn.items() if not np.array_equal(picture, missing)}
    names, matrix = list(drawn), np.stack(list(drawn.values()))
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    shared = np.array([all(part in core for part in name) for name in names])
    for number, letter in enumerate(names):
        scores = matrix @ matrix[number]
        scores[number] = 0
        if shared[number]:
            scores[~shared] = 0
        best = [i for i in np.argsort(-scores, kind="stable")[:MOST] if scores[i] >= ALIKE]
        if best:
            yield letter, [names[i] for i in best]


def glyph(text: str, font: ImageFont.FreeTypeFont) -> np.ndarray[Any, Any]:
    """Some letters, centred on a line and blurred, as a vector."""
    canvas = Image.new("L", (CANVAS, CANVAS), 0)
    left, _, right, _ = font.getbbox(text, anchor="ls")
    ImageDraw.Draw(canvas).text(((CANVAS - left - right) / 2, CANVAS * 0.72), text, 255, font=font, anchor="ls")
    return np.asarray(canvas.filter(ImageFilter.GaussianBlur(1)), dtype=np.float32).ravel()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

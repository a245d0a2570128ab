"""Keyboards that languages are typed on: their letters, row by row, and where each is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Rows = tuple[str, str, str, str]


@dataclass(frozen=True)
class Layout:
    """The letters of a keyboard; a space is a key without one.

    `rows` are E, D, C and B of ISO/IEC 9995-1, from the top. E begins at the key left of 1 (E00) and B at the key left
    of Z (B00), D and C at the keys of Q and A (D01, C01). `shifted` are the same with shift, where that is not just
    the capitals. `source` names the standard, or the layout of Windows, as in keyboards/windows of Unicode CLDR 44.
    """

    source: str
    rows: Rows
    shifted: Rows | None = None


LAYOUTS: Mapping[str, Layout] = {
    "qwerty": Layout("ISO/IEC 9995, Windows US", ("", "qwertyuiop", "asdfghjkl", " zxcvbnm")),
    "qwertz": Layout("DIN 2137", ("", "qwertzuiopü", "asdfghjklöä", " yxcvbnm")),
    "french": Layout("Windows French", ("  é    è çà", "azertyuiop", "qsdfghjklmù", " wxcvbn")),
    "spanish": Layout("Windows Spanish", ("", "qwertyuiop", "asdfghjklñ", " zxcvbnm")),
    "italian": Layout("Windows Italian", ("", "qwertyuiopè", "asdfghjklòàù", " zxcvbnm")),
    "portuguese": Layout("Windows Portuguese", ("", "qwertyuiop", "asdfghjklç", " zxcvbnm")),
    "finnish": Layout("SFS 5966", ("", "qwertyuiopå", "asdfghjklöä", " zxcvbnm")),
    "estonian": Layout("Windows Estonian", ("", "qwertyuiopüõ", "asdfghjklöä", " zxcvbnm")),
    "hungarian": Layout("Windows Hungarian", ("          öüó", "qwertzuiopőú", "asdfghjkléáű", "íyxcvbnm")),
    "lithuanian": Layout("Windows Lithuanian", (" ąčęėįšųū   ž", "qwertyuiop", "asdfghjkl", " zxcvbnm")),
    "romanian": Layout("SR 13392:2004", ("", "qwertyuiopăî", "asdfghjklșțâ", " zxcvbnm")),
    "turkish": Layout(
        "Windows Turkish Q",
        ("", "qwertyuıopğü", "asdfghjklşi", " zxcvbnmöç"),
        ("", "QWERTYUIOPĞÜ", "ASDFGHJKLŞİ", " ZXCVBNMÖÇ"),
    ),
    "azerbaijani": Layout(
        "Windows Azeri Latin",
        ("", "qüertyuiopöğ", "asdfghjklıə", " zxcvbnmçş"),
        ("", "QÜERTYUİOPÖĞ", "ASDFGHJKLIƏ", " ZXCVBNMÇŞ"),
    ),
    "russian": Layout("GOST 6431-90, Windows Russian", ("ё", "йцукенгшщзхъ", "фывапролджэ", " ячсмитьбю")),
    "ukrainian": Layout("Windows Ukrainian", ("", "йцукенгшщзхї", "фівапролджє", " ячсмитьбю")),
    "bulgarian": Layout("BDS 5237", ("", " уеишщксдзц", "ьяаожгтнвмч", " юйъэфхпрлб")),
    "kazakh": Layout("Windows Kazakh", ("  әіңғ  үұқөһ", "йцукенгшщзхъ", "фывапролджэ", " ячсмитьбю")),
    "greek": Layout("Windows Greek", ("", " ςερτυθιοπ", "ασδφγηξκλ", " ζχψωβνμ")),
    "armenian": Layout("Windows Armenian Phonetic", (" էթփձջւևրչճ ժ", "քոեռտըւիօպխծ", "ասդֆգհյկլ  շ", " զղցվբնմ")),
    "georgian": Layout(
        "Windows Georgian (QWERTY)",
        ("", "ქწერტყუიოპ", "ასდფგჰჯკლ", " ზხცვბნმ"),
        ("", " ჭ ღთ", " შ    ჟ", " ძ ჩ"),
    ),
    "hebrew": Layout("SI 1452", ("", "  קראטוןםפ", "שדגכעיחלךף", " זסבהנמצתץ")),
    "arabic": Layout("Windows Arabic (101)", ("ذ", "ضصثقفغعهخحجد", "شسيبلاتنمكط", " ئءؤر ىةوزظ")),
    "persian": Layout(
        "ISIRI 9147",
        ("", "ضصثقفغعهخحجچ", "شسیبلاتنمکگ", " ظطزرذدپو"),
        ("", "", "ؤئيإأآة", " كطژ   ء"),
    ),
    "urdu": Layout(
        "Windows Urdu",
        ("", "طصھدٹپتبجح", "مورنلہاکی", " قفےسشغع"),
        ("", "ظضذڈث ۃ چخ", "ژزڑںۂءآگي", "   ۓ ؤئ"),
    ),
    "thai": Layout(
        "TIS 820-2538 (Kedmanee)",
        ("    ภถ  คตจขช", " ไ พะ  รนยบล", "ฟหกดเ  าสวง", " ผปแอ  ทมใฝ"),
        ("", "  ฎฑธ  ณ ญฐ", "ฤฆฏโฌ  ษศซ", "   ฉฮ   ฒฬฦ"),
    ),
    # The rows of Devanagari. InScript puts the same sounds on the same keys in all scripts of India.
    "inscript": Layout(
        "IS 13194:1991 (InScript)",
        ("", "     बहगदजड", "     परकतचट", "   मनवलस  य"),
        ("ऒ           ऋ", "औऐआईऊभङघधझढञ", "ओएअइउफऱखथछठ", "ऑऎ णऩऴळशष"),
    ),
}

# Languages not named here are typed on the layout of their script, if their script has one.
BY_LANGUAGE: Mapping[str, str] = {
    "de": "qwertz",
    "fr": "french",
    "es": "spanish",
    "qu": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "fi": "finnish",
    "sv": "finnish",
    "et": "estonian",
    "hu": "hungarian",
    "lt": "lithuanian",
    "ro": "romanian",
    "tr": "turkish",
    "az": "azerbaijani",
    "ru": "russian",
    "uk": "ukrainian",
    "bg": "bulgarian",
    "kk": "kazakh",
    "ar": "arabic",
    "fa": "persian",
    "ur": "urdu",
}
BY_SCRIPT: Mapping[str, str] = {
    "Latn": "qwerty",
    "Grek": "greek",
    "Armn": "armenian",
    "Geor": "georgian",
    "Hebr": "hebrew",
    "Thai": "thai",
}
BY_SCRIPT_OF_CONSTRUCTED: Mapping[str, str] = {"Cyrl": "russian", "Arab": "arabic"}
BRAHMIC: Mapping[str, int] = {  # where the Unicode block that is laid out like Devanagari's begins
    "Deva": 0x0900,
    "Beng": 0x0980,
    "Guru": 0x0A00,
    "Gujr": 0x0A80,
    "Orya": 0x0B00,
    "Taml": 0x0B80,
    "Telu": 0x0C00,
    "Knda": 0x0C80,
    "Mlym": 0x0D00,
}

"""Sentences in many scripts, what is hard about Unicode, and the languages of both as values."""

from __future__ import annotations

from xeval.values import Language

SENTENCES = {  # sentence, script
    "en": ("Seven tired sailors carried the broken mast across the harbour before breakfast.", "Latn"),
    "vi": ("Người làm vườn già trồng ba cây táo cạnh cổng nhà.", "Latn"),
    "tr": ("Yaşlı bahçıvan kapının yanına üç elma ağacı dikti.", "Latn"),
    "ru": ("Старый садовник посадил у ворот три яблони и одну вишню.", "Cyrl"),
    "el": ("Ο παλιός ψαράς έφτιαξε ξανά τα δίχτυα του στο λιμάνι.", "Grek"),
    "hy": ("Ծեր այգեպանը դարպասի մոտ երեք խնձորենի տնկեց։", "Armn"),
    "ka": ("მოხუცმა მებაღემ ჭიშკართან სამი ვაშლის ხე დარგო.", "Geor"),
    "he": ("הַגַּנָּן הַזָּקֵן נָטַע שלושה עצי תפוח ליד השער.", "Hebr"),
    "ar": ("زَرَعَ الفلاح أشجار الزيتون قُربَ البيت القديم في الربيع.", "Arab"),
    "fa": ("باغبان پیر سه درخت سیب کنار دروازه می‌کارد.", "Arab"),
    "hi": ("किसान ने सड़क के पास पुराने बाज़ार के कुएँ से ठंडा पानी निकाला, थोड़ा सा।", "Deva"),
    "bn": ("বুড়ো মালী ফটকের পাশে তিনটি আপেল গাছ লাগিয়েছে।", "Beng"),
    "pa": ("ਬੁੱਢੇ ਮਾਲੀ ਨੇ ਫਾਟਕ ਕੋਲ ਤਿੰਨ ਸੇਬ ਦੇ ਰੁੱਖ ਲਾਏ।", "Guru"),
    "gu": ("વૃદ્ધ માળીએ દરવાજા પાસે ત્રણ સફરજનનાં ઝાડ વાવ્યાં.", "Gujr"),
    "ta": ("வயதான தோட்டக்காரர் வாசலில் மூன்று மரங்களை நட்டார்.", "Taml"),
    "te": ("ముసలి తోటమాలి గేటు దగ్గర మూడు చెట్లు నాటాడు.", "Telu"),
    "kn": ("ವಯಸ್ಸಾದ ತೋಟಗಾರ ಬಾಗಿಲ ಬಳಿ ಮೂರು ಮರಗಳನ್ನು ನೆಟ್ಟನು.", "Knda"),
    "ml": ("വൃദ്ധനായ തോട്ടക്കാരൻ പടിക്കൽ മൂന്ന് മരങ്ങൾ നട്ടു.", "Mlym"),
    "si": ("මහලු උයන්පල්ලා ගේට්ටුව ළඟ ගස් තුනක් සිටෙව්වා.", "Sinh"),
    "th": ("ชาวสวนเก็บมะม่วงสุกใส่ตะกร้าแล้วนำไปขายที่ตลาดเช้า", "Thai"),
    "lo": ("ຊາວສວນປູກຕົ້ນໝາກມ່ວງສາມຕົ້ນຢູ່ຂ້າງປະຕູ", "Laoo"),
    "km": ("អ្នកថែសួនចាស់ដាំដើមស្វាយបីដើមនៅក្បែរទ្វារ", "Khmr"),
    "my": ("တံငါသည်သည် မနက်တိုင်း ရေကန်သို့ သွားသည်။", "Mymr"),
    "am": ("አዛውንቱ አትክልተኛ በሩ አጠገብ ሦስት ዛፎችን ተከሉ።", "Ethi"),
    "ko": ("늙은 정원사가 대문 옆에 사과나무 세 그루를 심었다.", "Kore"),
    "ja": ("年老いた庭師が門のそばにりんごの木を三本植えました。", "Jpan"),
    "zh": ("老渔夫每天清晨划着小船去湖里捕鱼，然后到市场上卖。", "Hans"),
    "zh-Hant": ("老漁夫每天清晨划著小船去湖裡捕魚，然後到市場上賣。", "Hant"),
}
HARD = [
    "👨‍👩‍👧‍👦 went to 🇫🇮!",
    "e\u0301\u0302a\u200dx",
    "नि\u200dष्ठा क्\u200cष क़",
    "a\u00adb c\u2060d",
    "3.14 1,000 a'b צה\"ל",
    "\u1100\u1161\u11a8 \u0600123",
    "ｶﾞｷﾞ ำa ก\u0e33ำ",
    "က္က\u200cခ ្ខ្\u200dគ ന്\u200dറ",
    " ",
    "",
    "\n",
]
LETTERS = sorted({*"".join([text for text, _ in SENTENCES.values()] + HARD)})


def languages() -> dict[str, Language]:
    """The language of each sentence, by its code: no more is known of it than its script."""
    return {code: Language(code, code, "", script) for code, (_, script) in SENTENCES.items()}

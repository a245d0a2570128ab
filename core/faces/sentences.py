"""A made-up sentence for each language of XTREME-R, to look at a perturbation without any data."""

from __future__ import annotations

from collections.abc import Mapping

from xeval.errors import BadValue
from xeval.values import Language

SENTENCES: Mapping[str, str] = {
    "af": "Die kinders speel elke middag langs die ou rivier.",
    "ar": "يلعب الأطفال كل مساء قرب النهر القديم في القرية.",
    "az": "Uşaqlar hər axşam köhnə çayın kənarında oynayırlar.",
    "bg": "Децата играят всеки следобед край старата река.",
    "bn": "ছেলেমেয়েরা প্রতিদিন বিকেলে পুরোনো নদীর ধারে খেলে।",
    "de": "Die Kinder spielen jeden Nachmittag am alten Fluss.",
    "el": "Τα παιδιά παίζουν κάθε απόγευμα δίπλα στο παλιό ποτάμι.",
    "en": "The children play by the old river every afternoon.",
    "es": "Los niños juegan cada tarde junto al viejo río.",
    "et": "Lapsed mängivad igal pärastlõunal vana jõe ääres.",
    "eu": "Haurrek ibai zaharraren ondoan jolasten dute arratsaldero.",
    "fa": "بچه‌ها هر عصر کنار رودخانهٔ قدیمی بازی می‌کنند.",
    "fi": "Lapset leikkivät joka iltapäivä vanhan joen rannalla.",
    "fr": "Les enfants jouent chaque après-midi près de la vieille rivière.",
    "gu": "બાળકો દરરોજ બપોરે જૂની નદી પાસે રમે છે.",
    "he": "הילדים משחקים כל אחר הצהריים ליד הנהר הישן.",
    "hi": "बच्चे हर दोपहर पुरानी नदी के किनारे खेलते हैं।",
    "ht": "Timoun yo jwe chak apremidi bò ansyen rivyè a.",
    "hu": "A gyerekek minden délután az öreg folyó mellett játszanak.",
    "id": "Anak-anak bermain setiap sore di tepi sungai tua.",
    "it": "I bambini giocano ogni pomeriggio vicino al vecchio fiume.",
    "ja": "子どもたちは毎日午後になると古い川のそばで遊びます。",
    "jv": "Bocah-bocah saben sore dolanan ing pinggir kali tuwa.",
    "ka": "ბავშვები ყოველ შუადღეს ძველ მდინარესთან თამაშობენ.",
    "kk": "Балалар күн сайын ескі өзеннің жағасында ойнайды.",
    "ko": "아이들은 매일 오후 오래된 강가에서 놀아요.",
    "lt": "Vaikai kiekvieną popietę žaidžia prie senos upės.",
    "ml": "കുട്ടികൾ എല്ലാ ദിവസവും പഴയ പുഴയുടെ അടുത്ത് കളിക്കുന്നു.",
    "mr": "मुले दररोज दुपारी जुन्या नदीजवळ खेळतात.",
    "ms": "Kanak-kanak bermain setiap petang di tepi sungai lama.",
    "my": "ကလေးများသည် နေ့တိုင်း မြစ်ဟောင်းအနီးတွင် ကစားကြသည်။",
    "nl": "De kinderen spelen elke middag bij de oude rivier.",
    "pa": "ਬੱਚੇ ਹਰ ਦੁਪਹਿਰ ਪੁਰਾਣੀ ਨਦੀ ਦੇ ਕੋਲ ਖੇਡਦੇ ਹਨ।",
    "pl": "Dzieci bawią się każdego popołudnia nad starą rzeką.",
    "pt": "As crianças brincam todas as tardes junto ao velho rio.",
    "qu": "Wawakunaqa sapa punchaw mayu patapi pukllanku.",
    "ro": "Copiii se joacă în fiecare după-amiază lângă râul vechi.",
    "ru": "Дети играют каждый день у старой реки.",
    "sw": "Watoto hucheza kila alasiri kando ya mto wa zamani.",
    "ta": "குழந்தைகள் தினமும் மாலையில் பழைய ஆற்றின் அருகே விளையாடுகிறார்கள்.",
    "te": "పిల్లలు ప్రతి మధ్యాహ్నం పాత నది దగ్గర ఆడుకుంటారు.",
    "th": "เด็ก ๆ เล่นอยู่ริมแม่น้ำเก่าทุกบ่ายหลังเลิกเรียน",
    "tl": "Naglalaro ang mga bata tuwing hapon sa tabi ng lumang ilog.",
    "tr": "Çocuklar her öğleden sonra eski nehrin kıyısında oynuyor.",
    "uk": "Діти щодня після обіду граються біля старої річки.",
    "ur": "بچے ہر دوپہر پرانے دریا کے کنارے کھیلتے ہیں۔",
    "vi": "Trẻ em chơi bên dòng sông cũ mỗi buổi chiều.",
    "wo": "Xale yi dañuy fo ci wetu dex gi bés bu nekk.",
    "yo": "Àwọn ọmọdé máa ń ṣeré lẹ́bàá odò àtijọ́ lójoojúmọ́.",
    "zh": "孩子们每天下午都在古老的河边玩耍。",
}


def sentence_in(language: Language) -> str:
    """The sentence of a language; raises BadValue for one that has none."""
    if language.code in SENTENCES:
        return SENTENCES[language.code]
    raise BadValue(
        f"There is no sentence in {language.name} ({language.code}) to show.",
        hint=f"Give one with --text, or choose of {', '.join(SENTENCES)}.",
    )

"""Signs of other scripts that look like Han characters or like each other, and the skeleton that names are compared by.

A name is kept as it was written. Only to ask whether two names may be the same, every sign is replaced by the one it is
easily taken for: full-width and compatibility forms, radicals and strokes, Kana, Bopomofo, Hangul, Cyrillic and Greek.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

DOT = "·"
DOTS = "•‧∙⋅●⸱⸳・･．ꞏᐧㆍ˙᛫‣․⦁◦᛭𐄁﹒⸰ᆞ·∘⚫⬤"
"""What people and programs write for the dot inside a name; all of them mean one."""
STOPS = ".。｡、,，*＊-－–—‐‑/／;；:：_`"
"""Between Han characters these stand for a dot or for a slip: nobody can tell, so the dot is asked for."""


_AS_DOT = str.maketrans(dict.fromkeys(DOTS, DOT))


def _pairs(words: str) -> dict[int, str]:
    """From "AB CD": A becomes B, C becomes D."""
    return {ord(pair[0]): pair[1] for pair in words.split()}


_RADICALS = _pairs(
    "⺁厂 ⺂乛 ⺃乚 ⺄乙 ⺅亻 ⺆冂 ⺈刀 ⺉刂 ⺊卜 ⺋㔾 ⺌小 ⺍小 ⺎兀 ⺏尣 ⺐尢 ⺒巳 ⺓幺 ⺔彑 ⺕彐 ⺖忄 "
    "⺗㣺 ⺘扌 ⺙攵 ⺛旡 ⺜冃 ⺝月 ⺞歺 ⺟母 ⺠民 ⺡氵 ⺢氺 ⺣灬 ⺤爫 ⺥爫 ⺦丬 ⺧牛 ⺨犭 ⺩王 ⺪疋 ⺫罒 "
    "⺬示 ⺭礻 ⺮竹 ⺯糹 ⺰纟 ⺱罓 ⺲罒 ⺳㓁 ⺴网 ⺵网 ⺶羊 ⺷羊 ⺸羊 ⺹耂 ⺺肀 ⺻聿 ⺼月 ⺽臼 ⺾艹 ⺿艹 "
    "⻀艹 ⻁虎 ⻂衤 ⻃覀 ⻄西 ⻅见 ⻆角 ⻇角 ⻈讠 ⻉贝 ⻊足 ⻋车 ⻌辶 ⻍辶 ⻎辶 ⻏阝 ⻐钅 ⻑長 ⻒镸 ⻓长 "
    "⻔门 ⻕阜 ⻖阝 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻞食 ⻟飠 ⻠饣 ⻡首 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 "
    "⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻭歯 ⻮齿 ⻯竜 ⻰龙 ⻱龜 ⻲亀 ⻳龟 ㇐一 ㇀一 ㇑丨 ㇒丿 ㇓丿 ㇔丶 ㇏乀 ㇟乚 "
    "㇠乙 ㇈乙 ㇆乛 ㇖乛 ㇂乚 ㇄乚 ㇙乚"
)
_KANA = _pairs(
    "ニ二 ー一 ロ口 エ工 タ夕 ト卜 カ力 ハ八 ミ三 チ千 オ才 セ七 ヒ匕 ヌ又 ム厶 リ刂 ノ丿 メ乂 ヨ彐 コ匚 "
    "サ艹 イ亻 ウ宀 ワ冖 ネ礻 ホ木 ヰ井 ㇿ口 ㇳ卜 ㇺ厶 ㇴ又 ㇵ八 ヵ力 ィ亻 ゥ宀 ェ工 ォ才 ヱ卫 ソ丷 ツ小 "
    "ッ小 シ氵 ケ个 ヶ个 マ龴 レ乚 ヘ人 フ㇇ に二 へ人 く巛 り刂 ろ口 こ二 ぬ又 ゝ乀 ヽ丶 ヾ丶 〻乀 〡丨 "
    "〢刂 〣川 〤乂 〆乂 〇〇 〸十 〹廿 〺卅 ㆒一 ㆓二 ㆔三 ㆕四 ㆖上 ㆗中 ㆘下 ㆙甲 ㆚乙 ㆛丙 ㆜丁 ㆝天 "
    "㆞地 ㆟人 ㄚ丫 ㄧ一 ㄦ儿 ㄅ勹 ㄆ攵 ㄇ冂 ㄈ匚 ㄉ刀 ㄌ力 ㄍ巜 ㄎ丂 ㄏ厂 ㄐ丩 ㄑ巛 ㄒ丁 ㄓ之 ㄔ彳 ㄕ尸 "
    "ㄖ日 ㄗ卩 ㄘ七 ㄙ厶 ㄝ也 ㄟ乁 ㄠ幺 ㄡ又 ㄢ马 ㄤ尢 ㄥ乚 ㄨ乂 ㄩ凵 ㄪ万 ㄬ广 ㅡ一 ㅣ丨 ㅁ口 ㅅ人 ㅗ上 "
    "ㅜ丁 ㅏ卜 ㄷ匚 ㅂ廿 ㅈ大 ㅊ太 ᅳ一 ᅵ丨 ᄆ口 ᄉ人 ᅮ丁 ᅡ卜 ꀕ口 ꊱ口 ꌐ又 ꁈ田 ꆕ十"
)
_BESIDE_HAN = _pairs(
    "ー一 -一 －一 —一 –一 ‐一 ‑一 ―一 −一 ─一 T丁 Τ丁 Т丁 t十 O〇 Ο〇 О〇 o〇 ο〇 о〇 ○〇 0〇 Ｏ〇 Y丫 Υ丫 "
    "У丫 Ү丫 X乂 Χ乂 Х乂 x乂 l丨 I丨 |丨 Ι丨 І丨 Ӏ丨 Z乙 Ζ乙 Λ人 Л人 Ш山 Ф中 П冂 Г厂 Ұ丰 Ж米 Σ三 Ξ三 ≡三 =二 "
    "═二 ＝二 +十 ＋十 †十 ┼十 □口 ▢口 ◻口 丅丁"
)
_LETTERS = _pairs(
    "АA ВB ЕE КK МM НH ОO РP СC ТT ХX УY ІI ЈJ ЅS ԚQ ԜW аa еe оo рp сc хx уy іi јj ѕs һh ԁd ԛq ԝw ӏl мm тt "
    "кk вb нh ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX αa οo ρp νv ιi κk υu χx γy τt ıi ȷj"
)
_LATIN = re.compile("[A-Za-z]")
_HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_PLAIN = re.compile("[\u4e00-\u9fff]{1,20}")


def instead_of(sign: str, beside_han: bool = True) -> str | None:
    """The Han character that a sign of another script or a radical is easily taken for, or None."""
    code = ord(unicodedata.normalize("NFKC", sign)[0])
    for table in (_RADICALS, _KANA, *((_BESIDE_HAN,) if beside_han else ())):
        found: str | None = table.get(ord(sign)) or table.get(code)
        if found is not None and found != sign:
            return found
    plain = unicodedata.normalize("NFKC", sign)
    return plain if plain != sign and _HAN.fullmatch(plain) else None


def slip_in(name: str) -> tuple[str, str] | None:
    """(sign, what it is easily taken for) of the first sign that does not fit the script of the name, or None.

    In a Han name that is a letter of any other script that looks like a Han character, in any name a Cyrillic or Greek
    letter that looks like a Latin one.
    """
    beside_han = has_han(name) or all(ord(sign) in _KANA for sign in name)
    if not beside_han and not _LATIN.search(name):
        return None
    for sign in name:
        if _HAN.fullmatch(sign):
            continue
        meant = (instead_of(sign) if beside_han else None) or _LETTERS.get(ord(sign))
        if meant is not None:
            return sign, meant
    return None


def has_han(text: str) -> bool:
    """True when a Han character stands in the text."""
    return _HAN.search(text) is not None


@lru_cache(maxsize=8192)
def skeleton(name: str) -> str:
    """Return the name for comparing: look-alikes as one sign, small letters, no dots, blanks, marks or brackets.

    Two names of one skeleton may be one name; it is never shown and never kept as a name.
    """
    if _PLAIN.fullmatch(name):
        return name.translate(_BESIDE_HAN)
    plain = unicodedata.normalize("NFKC", name.translate(_AS_DOT)).translate(_RADICALS).translate(_KANA)
    if _HAN.search(plain):
        plain = re.sub(r"(?<=\w)[-—–](?=\w)", "", plain).translate(_BESIDE_HAN)
    plain = unicodedata.normalize("NFKD", plain.translate(_LETTERS)).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")

"""Passwords that everybody tries first: by rule, and by a list of what people write.

The rules need no list: runs of digits and letters, walks over the keyboard, repeated pieces, days and years, a word
with a tail. The list is made here from what Chinese and international users are known to choose (`KEPT` and the words
below), put together with the usual tails; no leaked collection is copied. Everything is compared in lower case and with
the usual signs in place of letters turned back (p@ssw0rd).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from app.kernel.names import is_han
from app.kernel.pinyin import pinyin_of

KEPT = frozenset(
    """
0123456789 1234567890 12345678910 123456789a 1234567891 9876543210 0987654321 1123581321 11223344556 1122334455
112233445566 123123123123 321321321321 147258369a 1472583690 147852369a 789456123a 7894561230 159357159357 1597532486
3141592653 31415926535 5201314520 1314520520 52013141314 7758521520 7758258520 77585211314 woaini1314 woaini520
woaini521 woaini5201314 woaini123 woaini1314520 woaiwojia woaiwoziji woaimama woaibaba woaizhongguo iloveyou1314
iloveyou520 iloveyou123 loveyou1314 wozuinb666 zhendeaini aini1314520 qianyuqian yiyirenan12 tejiao123456
jiaoyu123456 laoshi123456 xuexiao123456 xiaoxue123456 chongqing123 chongqing2025 chongqing2026 yian123456 wodemima123
mima123456 mima888888 buzhidao123 nishishui123 meiyoumima admin123456 administrator adminadmin admin12345 root123456
letmein1234 letmeinnow welcome123 welcome2026 passw0rd123 password12 password123 password1234 changeme123
changemenow trustno1trustno1 qwertyuiop qwerty123456 qwerty12345 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc q1w2e3r4t5
qazwsxedcrfv 1qazxsw23edc zaq12wsxcde3 asdfghjkl1 asdf123456 zxcvbnm123 zxcvbnm1234 zxc123456789 abcd123456 abcdef123456
abc123456789 abc1234567 a123456789 aa123456789 qq123456789 wang123456 zhang123456 liu123456789 dragon123456
monkey123456 football123 baseball123 superman123 batman123456 sunshine123 princess123 starwars123 pokemon12345
michael12345 jordan232323 shadow123456 master123456 computer123 internet123 windows12345 samsung12345 huawei123456
xiaomi123456 iphone123456 wechat123456 weixin123456 taobao123456 alibaba12345 baidu1234567 tencent12345 china1234567
zhongguo123 beijing2008 beijing2022 shanghai123 guangzhou123 shenzhen123 hongkong1997 wuhan1234567 chengdu12345
""".split()
)

WORDS = """
password passwd pass admin administrator root user guest test tester login welcome hello letmein master secret dragon
monkey shadow sunshine princess football baseball basketball superman batman iloveyou ilove loveyou lovely love qwerty
qwert asdf asdfgh zxcvbn zxcvbnm abc abcd abcde abcdef abcdefg qaz qazwsx wsx computer internet samsung iphone google
huawei xiaomi wechat weixin taobao alipay zhifubao baidu tencent qq china zhongguo beijing shanghai guangzhou shenzhen
chongqing wuhan chengdu tianjin nanjing xian wanzhou fuling yuzhong qianjiang pengshui youyang xiushan shizhu kaizhou
woaini woai aini woaiwojia woaini1 mima wodemima laoshi xuesheng xuexiao xiaoxue zhongxue jiaoyu tejiao teshujiaoyu
songjiao yian yirenyian baobao baobei laogong laopo mama baba gege jiejie didi meimei haizi xiaoming xiaohong
zhangsan lisi wangwu wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo ran tan xiang
tian peng qin xiong shi long wangwei lina zhangwei liuyang chenjie yangyang a aa aaa aaaa aaaaa q w z x c s d qa zx as
asd qwe zxc qwer wer asdfg zxcv nihao nihaoma hehe haha heihei xixi lala happy lucky jiayou niubi feifei tiantian
mingming lingling yuanyuan xiaoyu xiaoli xiaofei student teacher school education spring summer autumn winter monday
changeme default office windows linux server database system manager service support
""".split()

TAILS = """
1 12 123 1234 12345 123456 1234567 12345678 123456789 1234567890 0 01 001 007 11 111 1111 111111 11111111 000 0000
000000 00000000 123123 123321 112233 121212 520 5201314 521 1314 1314520 1314521 520520 666 6666 666666 66666666 888
8888 888888 88888888 999 9999 999999 168 518 321 4321 54321 654321 87654321 987654321 147258 147258369 789456 159357
456 789 abc abcd qq qwe qwer asd zxc 2008 2020 2021 2022 2023 2024 2025 2026 2027 2028 ! !! @ # 123! 123@ @123 #123
123456! @2024 @2025 @2026 2025! 2026! @123456 _123 .123 .
""".split()

LEET = str.maketrans({"@": "a", "4": "a", "0": "o", "3": "e", "$": "s", "!": "i", "7": "t", "5": "s"})
ROWS = (
    "1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "789456123",
    "147258369",
    "741852963",
    "963852741",
    "369258147",
    "1q2w3e4r5t6y7u8i9o0p",
    "a1s2d3f4g5h6j7k8l9",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmik,ol.p;/",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "qweasdzxc",
    "qwe123asd456zxc789",
    "123qweasdzxc",
)
SHIFTED = str.maketrans("!@#$%^&*()", "1234567890")
DAY = re.compile(r"(19|20)\d\d[-./年]?(1[0-2]|0?[1-9])[-./月]?([12]\d|3[01]|0?[1-9])日?")
AGAIN = re.compile(r"(.{2,}?)(\1+)")
YEAR = re.compile(r"(19|20)\d\d")
PRINTED = "yian-demo-2026"  # stands in the README; the demo gives it without asking here
TAILED = re.compile(r"[a-z]{1,8}[._@#-]?(0?1?234?5\d*|\d*(\d)\2{3}\d*|\d*(123|321|520|1314)\d*)[!.@#]?")
"""A short word, any, before a run of digits that everybody takes."""


@cache
def common() -> frozenset[str]:
    """The list: what is kept, and each word before and after each tail, where that is long enough to be a password."""
    made = {one for word in WORDS for tail in TAILS for one in (word + tail, tail + word)}
    return frozenset(one for one in KEPT | made if len(one) >= 10)


def is_common(password: str, words: tuple[str, ...] = ()) -> bool:
    """Whether it is easy to guess. `words`: the person's own, such as the name and the sign-in name."""
    low = password.lower().strip()
    plain = low.translate(LEET)
    if low == PRINTED or TAILED.fullmatch(low):
        return True
    if low in common() or plain in common():
        return True
    spoken = tuple(form for word in words if any(map(is_han, word)) for form in pinyin_of(word).search_forms)
    own = {
        part
        for word in (*words, *spoken)
        for part in (word.lower(), *re.split(r"[\s·.\-_@]+", word.lower()))
        if len(part) > 1
    }
    return _weak(low, plain, own)


def _weak(text: str, plain: str, own: set[str]) -> bool:
    """Whether so little is left, once everything foreseeable is taken out, that a guess finds the rest."""
    if len(set(text)) < 4 or text.isdigit() or _repeats(text):
        return True  # digits alone are telephone numbers, days, identity numbers
    if any(len(word) > 3 and word in one for word in own for one in (text, plain)):
        return True
    taken = [one or other for one, other in zip(_walked(text), _walked(text.translate(SHIFTED)), strict=True)]
    _take(taken, YEAR.finditer(text))
    _take(taken, AGAIN.finditer(text), group=2)
    for word in (*own, *_long_words()):
        for one in {text, plain}:
            _take(taken, re.finditer(re.escape(word), one))
    days = list(DAY.finditer(text))
    _take(taken, days)
    left = [char for char, gone in zip(text, taken, strict=True) if not gone]
    name_and_day = bool(days) and len(left) <= 8 and all(char.isalpha() for char in left)
    return len(left) < 5 or len(set(left)) < 3 or name_and_day


def _take(taken: list[bool], found: Iterable[re.Match], group: int = 0) -> None:
    for one in found:
        start, end = one.span(group)
        taken[start:end] = [True] * (end - start)


@cache
def _long_words() -> tuple[str, ...]:
    return tuple(word for word in WORDS if len(word) > 3)


def _repeats(text: str) -> bool:
    """One piece again and again, perhaps cut at the end: abcabcabc, 135213521."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


@cache
def _walks() -> frozenset[str]:
    """Every four neighbours on the keyboard or in the alphabet, both ways."""
    lines = [line for row in ROWS for line in (row, row[::-1])]
    return frozenset(line[at : at + 4] for line in lines for at in range(len(line) - 3))


def _walked(text: str) -> list[bool]:
    """Where runs of four and more neighbours are, and of three and more equal signs."""
    marked = [False] * len(text)
    for at in range(len(text) - 2):
        size = 4 if text[at : at + 4] in _walks() else 3 if len(set(text[at : at + 3])) == 1 else 0
        marked[at : at + size] = [True] * size
    return marked

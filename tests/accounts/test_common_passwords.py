"""What is easy to guess is refused: by rule and by list, Chinese habits among them; what is not, is taken."""

from __future__ import annotations

import pytest

from app.accounts import passwords
from app.accounts.common_passwords import common, is_common
from app.kernel.problems import Refused

OWN = ("heyan2019", "何晓燕", "hexiaoyan")


@pytest.mark.parametrize(
    "password",
    """
woaini1314 woaini5201314 a123456789 aa123456789 Aa123456789! 5201314520 1314520520 qq123456789 woaiwojia88 mima888888
1qaz2wsx3edc 1qaz@WSX3edc !QAZ2wsx#EDC 1q2w3e4r5t6y qwertyuiop qweasdzxc123 zxcvbnm,./ asdfghjkl; 147258369a 0987654321
aaaaabbbbb abcabcabcabc abcabcabcd 13521352135 1111111111a 20190101abc 2026-01-01ab liming19870312 1990年3月12日a
19900101wang wangwei1990 zhangsan123 xiaoyu20150601 chongqing@2026 Tejiao2026! P@ssw0rd2026 pa$$word123 Admin@123456
13912345678 13987650021 500101199001011234 hexiaoyan1980 何晓燕何晓燕2026 heyan20199 cqedu12345 cqedu@12345 bnjw123456!
Pengshui8888 yian-demo-2026 iloveyou520 ILoveYou123
""".split(),
)
def test_what_everybody_tries_first_is_refused(password):
    assert is_common(password, OWN)
    if len(password) >= passwords.SHORTEST:
        with pytest.raises(Refused, match=".*"):
            passwords.check(password, OWN)


@pytest.mark.parametrize(
    "password",
    [
        "kettle orange bridge",
        "seven green lanterns",
        "m4rs-tiger-87x",
        "gzz8Kq2mLp",
        "1a2b-3c4d-5e6f",
        "千山鸟飞绝万径人踪灭",
        "乌江水涨三月船到彭水",
        "yiduchongxin2",
        "correcthorsebatterystaple",
        "山城 火锅 不辣 2026",
    ],
)
def test_what_nobody_guesses_is_taken(password):
    passwords.check(password, OWN)


def test_the_list_is_long_and_every_entry_could_be_a_password():
    assert len(common()) >= 3000
    assert all(passwords.SHORTEST <= len(one) and one == one.lower() for one in common())
    assert all(is_common(one.upper()) for one in list(common())[::97])


def test_a_long_odd_text_is_judged_too():
    for odd in ("ab" * 64, "a" * 128, "\\(.*" * 32, "[" * 40 + "x]y" * 20):
        is_common(odd, ("(a", "何·晓[燕", ""))


@pytest.mark.parametrize(
    "password", ["luotianyou2026", "Luo.Tianyou2026", "tianyouluo!26", "罗天佑2026罗天佑", "luotianyou-kx"]
)
def test_ones_own_name_as_it_is_spoken_is_refused(password):
    with pytest.raises(Refused):
        passwords.check(password, ("lty7", "罗天佑"))

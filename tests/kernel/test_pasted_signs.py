import pytest

from app.kernel.pasted_signs import plain_signs


@pytest.mark.parametrize(
    ("pasted", "plain"),
    [
        ("\uf0b7 能独坐", "• 能独坐"),
        ("\uf0b7\t能独坐", "• 能独坐"),
        ("\uf0a7 二", "• 二"),
        ("\uf06c三", "•三"),
        ("\uf06e四", "•四"),
        ("\uf075五", "•五"),
        ("\uf0d8六", "•六"),
        ("\uf076七", "•七"),
        ("\uf0fc 做到", "✓ 做到"),
        ("\uf0fb 没做到", "✗ 没做到"),
        ("\uf0fe 是", "☑ 是"),
        ("\uf0a8 否", "□ 否"),
        ("坐\uf0e0站", "坐→站"),
        ("\uf04a", "☺"),
        ("37\uf0b0", "37°"),
        ("3\uf0b45", "3×5"),
        ("\uf0b3 80%", "≥ 80%"),
        ("✔ 做到", "✓ 做到"),
        ("✔\ufe0f做到", "✓做到"),
        ("✅做到", "✓做到"),
        ("➢ 一", "• 一"),
        ("坐➔站", "坐→站"),
        ("● 一\n● 二", "• 一\n• 二"),
        ("◆一", "• 一"),
        ("  ● 一", "  • 一"),
        ("·\t一\no\t二\n§\t三", "• 一\n• 二\n• 三"),
        ("l\t一\nn\t二\r\nü\t三", "• 一\n• 二\r\n• 三"),
        ("一\u2028二\v三", "一\n二\n三"),
        ("一\u200b二\ufeff", "一二"),
        ("一\u00a0二", "一 二"),
        ("❓", "？"),
    ],
)
def test_a_sign_of_a_word_processor_becomes_a_plain_one(pasted, plain):
    assert plain_signs(pasted) == plain


@pytest.mark.parametrize(
    "text",
    [
        "■ 是 □ 否",
        "阿依古丽·买买提",
        "五·六",
        "坐→站",
        "今天●明天",
        "lv\t1",
        "冉㛃𬱖䶮",
        "葛\U000e0100",
        "第一行\r\n第二行",
        "①听 ②说",
        "√ × ✓ ✗ ≥ ℃ ☆",
        "plain ASCII\twith a tab",
        "དབུས",
        "ئۇيغۇر",
        "😀",
        "\ue000",
        "",
    ],
)
def test_what_is_plain_or_has_no_plain_sign_stays(text):
    assert plain_signs(text) == text

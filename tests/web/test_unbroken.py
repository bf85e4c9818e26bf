"""Days and hours that stay on one line."""

import pytest
from markupsafe import Markup

from app.web.unbroken import unbroken


def kept(text: str) -> str:
    return f'<span class="nowrap">{text}</span>'


@pytest.mark.parametrize(
    "text",
    [
        "2026年10月15日星期四",
        "2026年10月15日",
        "10月5日",
        "星期四",
        "周四 10-15",
        "2026-10-15",
        "08:20 – 09:30",
        "08:20–09:30",
    ],
)
def test_a_day_is_one_word(text):
    assert unbroken(Markup("<p>{}起上门。</p>").format(text)) == f"<p>{kept(text)}起上门。</p>"


def test_only_text_that_is_read_is_marked():
    same = (
        '<input value="2026-10-15"><textarea rows="2">2026-10-15</textarea><option>星期四</option>'
        '<a href="/x?day=2026-10-15" aria-label="10月5日">x</a><time datetime="2026-10-15">8</time>'
    )
    assert unbroken(Markup(same)) == same
    assert unbroken(Markup("<textarea>周四</textarea>周四")) == f"<textarea>周四</textarea>{kept('周四')}"


def test_what_was_escaped_stays_so():
    assert unbroken(Markup("<p>{}</p>").format("<b>周四</b>")) == f"<p>&lt;b&gt;{kept('周四')}&lt;/b&gt;</p>"

"""Sample papers: a bare Jinja environment over the product's templates, and a child of the never-issued area 509999."""

from __future__ import annotations

import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.printing.qr import qr_svg
from app.printing.types import Frame

ROOT = Path(__file__).resolve().parents[2]

PLAN_FRAME = Frame(
    title="个别化教育计划",
    file_number="渝特教档 YB-2026-0001",
    masked_id="身份证号 509999********0018",
    version="第 3 版",
    printed_at="2026年9月1日 10:30",
    printed_by="陈老师",
    authority="重庆市渝北区特殊教育资源中心",
)
FAMILY_FRAME = Frame(
    title="给一诺家的一页纸",
    file_number="渝特教档 YB-2026-0001",
    version="第 3 版",
    printed_at="2026年9月1日 10:30",
    printed_by="陈老师",
    large=True,
)


def environment() -> Environment:
    """Return templates with autoescape and a catalogue of the few words the frame needs."""
    folders = [ROOT / "templates", Path(__file__).parent / "templates"]
    env = Environment(
        loader=FileSystemLoader(folders), autoescape=True, extensions=["jinja2.ext.i18n"], undefined=StrictUndefined
    )
    translate = lambda text: _catalogue().get(text, text)  # noqa: E731
    env.install_gettext_callables(translate, lambda one, many, n: translate(one if n == 1 else many), newstyle=True)
    return env


def _catalogue() -> dict[str, str]:
    parts = ROOT / "app" / "translations" / "parts" / "printing.json"
    return json.loads(parts.read_text("utf-8"))


def page(body: str, head: str = "") -> str:
    """Return a whole document around ``body``."""
    return f'<!doctype html><html lang="zh-CN"><head><title>样张</title>{head}</head><body>{body}</body></html>'


def plan_html(frame: Frame = PLAN_FRAME, **changes) -> str:
    """Return the HTML of a full plan; ``changes`` replace parts of the child."""
    return _html("sample_plan.html", frame, plan_child() | changes)


def family_html(frame: Frame = FAMILY_FRAME, **changes) -> str:
    """Return the HTML of the one-page summary for the family."""
    return _html("sample_family.html", frame, family_child() | changes)


def _html(template: str, frame: Frame, child: dict) -> str:
    drawing = qr_svg("https://yian.example/check/3f9a27c1", "二维码：核对本计划")
    return environment().get_template(template).render(frame=frame, child=child, qr=drawing)


def plan_child(name: str = "龚一诺") -> dict:
    """Return a full plan's texts."""
    paragraph = (
        f"{name}喜欢音乐和拼图，看到熟悉的老师会主动微笑、伸手。能听懂两步以内的日常指令，"
        "会用图片和手势表达“要”“不要”；右手能握粗柄勺自己进食。在安静的环境里可以专注坐十五分钟左右。"
    )
    titles = (
        "一、优势与兴趣", "二、现有能力水平", "三、教育需求", "四、调整与支持",
        "五、相关服务", "六、家庭情况与家长意见", "七、转衔安排",
    )  # fmt: skip
    objective = {
        "text": "在一对一教学中，看图片能说出或指认 10 种常见水果",
        "baseline": "能指认 3 种",
        "criterion": "连续 3 次送教，正确 8 次以上",
        "strategies": "实物配图片，由多到少给提示；家长每天练 10 分钟",
        "responsible": "陈老师",
        "review": "2026-11-30",
    }
    goals = [
        {
            "long_term": text,
            "objectives": [{"number": f"{place}.{number}"} | objective for number in range(1, 5)],
        }
        for place, text in enumerate(("能用图片或口语表达日常需要", "能独立完成进食和洗手", "能参与集体游戏"), 1)
    ]
    visit = {"time": "09:00—10:20", "teacher": "陈老师", "minutes": "80", "goals": "1.1、2.3", "note": ""}
    return {
        "name": name,
        "facts": [
            ("姓名", name), ("性别", "女"), ("出生日期", "2016年5月3日"), ("年级", "三年级"),
            ("残疾类别", "智力残疾"), ("残疾等级", "一级"), ("学籍学校", "渝北区空港佳园小学校"),
            ("安置方式", "送教上门"), ("监护人", "龚𬱖（父亲）"), ("联系电话", "138****0000"),
            ("计划期限", "2026年9月1日至2027年1月20日"),
        ],
        "parts": [{"title": title, "text": f"{paragraph}\n{paragraph}"} for title in titles],
        "goals": goals,
        "visits": [{"day": f"9月{day}日 周二"} | visit for day in (1, 8, 15, 22, 29)],
        "parties": [
            {"role": "监护人"}, {"role": "送教教师", "name": "陈老师"},
            {"role": "学校负责人"}, {"role": "资源中心负责人", "signed_on": "2026年9月1日"},
        ],
    }  # fmt: skip


def family_child() -> dict:
    """Return the texts of a family page."""
    return {
        "strengths": "一诺爱听歌，会对人笑，能自己用勺子吃饭。",
        "learning": ["用图片告诉大人“我要喝水”", "饭前自己洗手", "和小朋友轮流玩"],
        "practice": ["吃水果前，请她先指一指图片", "每天听一首歌，一起拍手"],
        "next_visits": [("9月8日 周二", "上午 9:00，陈老师"), ("9月15日 周二", "上午 9:00，陈老师")],
    }

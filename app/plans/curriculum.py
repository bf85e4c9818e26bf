"""Curricula with their areas and domains, as data, in Chinese and English (facts 5.3).

培智: the ten standards of 2016, 盲 and 聋: the special subjects beside the ordinary ones, 普通: the subjects of the
2022 compulsory-education plan. An area without listed domains takes none: 信息技术 and the special subjects of the
schools for the blind and the deaf are not divided here because the wording of their domains was not at hand.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Name:
    """A code with its Chinese and English name."""

    code: str
    zh: str
    en: str

    def text(self, language: str) -> str:
        """The name in "zh_Hans" or "en"."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True)
class Area(Name):
    """A subject with its domains."""

    domains: tuple[Name, ...] = ()


@dataclass(frozen=True)
class Curriculum(Name):
    """A curriculum with its areas."""

    areas: tuple[Area, ...] = ()


def _area(code: str, zh: str, en: str, *domains: tuple[str, str, str]) -> Area:
    return Area(code, zh, en, tuple(Name(*domain) for domain in domains))


_INTELLECTUAL = (
    _area(
        "living_chinese",
        "生活语文",
        "Chinese for life",
        ("listening_speaking", "倾听与说话", "listening and speaking"),
        ("characters", "识字与写字", "reading and writing characters"),
        ("reading", "阅读", "reading"),
        ("composition", "写话与习作", "writing sentences and texts"),
        ("comprehensive", "综合性学习", "comprehensive learning"),
    ),
    _area(
        "living_maths",
        "生活数学",
        "Mathematics for life",
        ("quantities", "常见的量", "common quantities"),
        ("numbers", "数与运算", "numbers and operations"),
        ("shapes", "图形与几何", "shapes and geometry"),
        ("statistics", "统计", "statistics"),
        ("practice", "综合与实践", "practice"),
    ),
    _area(
        "living_adaptation",
        "生活适应",
        "Living skills",
        ("personal", "个人生活", "personal life"),
        ("family", "家庭生活", "family life"),
        ("school", "学校生活", "school life"),
        ("community", "社区生活", "community life"),
        ("world", "国家与世界", "country and world"),
    ),
    _area(
        "labour_skills",
        "劳动技能",
        "Work skills",
        ("self_care", "自我服务劳动", "looking after oneself"),
        ("household", "家务劳动", "housework"),
        ("public", "公益劳动", "work for others"),
        ("production", "简单生产劳动", "simple productive work"),
    ),
    _area(
        "singing_rhythm",
        "唱游与律动",
        "Singing, play and rhythm",
        ("appreciation", "感受与欣赏", "feeling and appreciation"),
        ("singing", "演唱", "singing"),
        ("games", "音乐游戏", "musical games"),
        ("rhythm", "律动", "rhythm"),
    ),
    _area(
        "drawing_craft",
        "绘画与手工",
        "Drawing and craft",
        ("expression", "造型·表现", "form and expression"),
        ("design", "设计·应用", "design and use"),
        ("appreciation", "欣赏·评述", "appreciation and comment"),
        ("exploration", "综合·探索", "exploration"),
    ),
    _area(
        "sport_health",
        "运动与保健",
        "Sport and health",
        ("taking_part", "运动参与", "taking part"),
        ("skills", "运动技能", "movement skills"),
        ("body", "身体健康", "health of the body"),
        ("mind", "心理健康", "health of the mind"),
        ("social", "社会适应", "social adaptation"),
    ),
    _area("information_technology", "信息技术", "Information technology"),
    _area(
        "rehabilitation",
        "康复训练",
        "Rehabilitation training",
        ("movement", "动作训练", "movement"),
        ("senses", "感知觉训练", "senses and perception"),
        ("communication", "沟通与交往训练", "communication and contact"),
        ("emotion", "情绪与行为训练", "emotion and behaviour"),
    ),
    _area(
        "art_leisure",
        "艺术休闲",
        "Arts and leisure",
        ("knowing", "休闲认知", "knowing leisure"),
        ("choosing", "休闲选择", "choosing leisure"),
        ("skills", "休闲技能", "leisure skills"),
        ("manners", "休闲伦理", "manners of leisure"),
    ),
)
_SUBJECTS = (
    _area("morality_law", "道德与法治", "Morality and law"),
    _area("chinese", "语文", "Chinese"),
    _area("maths", "数学", "Mathematics"),
    _area("foreign_language", "外语", "Foreign language"),
    _area("history", "历史", "History"),
    _area("geography", "地理", "Geography"),
    _area("science", "科学", "Science"),
    _area("physics", "物理", "Physics"),
    _area("chemistry", "化学", "Chemistry"),
    _area("biology", "生物学", "Biology"),
    _area("information", "信息科技", "Information technology"),
    _area("sport", "体育与健康", "Sport and health"),
    _area("arts", "艺术", "Arts"),
    _area("labour", "劳动", "Work"),
    _area("practice", "综合实践活动", "Comprehensive practice"),
)
CURRICULA = (
    Curriculum("intellectual", "培智学校课程", "Curriculum for children with intellectual disabilities", _INTELLECTUAL),
    Curriculum(
        "blind",
        "盲校课程",
        "Curriculum of schools for the blind",
        (
            _area("orientation", "定向行走", "Orientation and mobility"),
            _area("rehabilitation", "综合康复", "Comprehensive rehabilitation"),
            _area("social_adaptation", "社会适应", "Social adaptation"),
            *_SUBJECTS,
        ),
    ),
    Curriculum(
        "deaf",
        "聋校课程",
        "Curriculum of schools for the deaf",
        (_area("communication", "沟通交往", "Communication"), _area("rhythm", "律动", "Rhythm"), *_SUBJECTS),
    ),
    Curriculum("ordinary", "普通学校课程", "Ordinary curriculum", _SUBJECTS),
)
BY_CODE = {curriculum.code: curriculum for curriculum in CURRICULA}


def find_area(curriculum: str, area: str) -> Area | None:
    """The area of a curriculum by their codes, or None."""
    known = BY_CODE.get(curriculum)
    return next((item for item in known.areas if item.code == area), None) if known else None


def find_domain(curriculum: str, area: str, domain: str) -> Name | None:
    """The domain of an area by their codes, or None."""
    known = find_area(curriculum, area)
    return next((item for item in known.domains if item.code == domain), None) if known else None


def belongs(curriculum: str, area: str, domain: str) -> bool:
    """True when the area is one of the curriculum and the domain one of the area (none where it has none)."""
    known = find_area(curriculum, area)
    if known is None:
        return False
    return find_domain(curriculum, area, domain) is not None if known.domains else not domain


def name_of(curriculum: str, area: str, domain: str, language: str) -> str:
    """Area and domain as people read them, for example 生活语文 · 阅读; empty when unknown."""
    known = find_area(curriculum, area)
    if known is None:
        return ""
    part = find_domain(curriculum, area, domain)
    return f"{known.text(language)} · {part.text(language)}" if part else known.text(language)

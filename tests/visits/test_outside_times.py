"""Who changes a family's times reads which published visits no longer fit them."""

from __future__ import annotations

from datetime import datetime

import time_machine

from app.kernel.clock import LOCAL


def _weekday_rows(visits, child_id, shift: int = 0) -> dict[str, str]:
    """Fields that leave the family at home around each of its visits, all of them `shift` minutes later."""
    fields: dict[str, str] = {}
    for one in visits:
        if one.child_id == child_id:
            start, end = one.start - 30 + shift, one.end + 30 + shift
            fields[f"day{one.day.weekday()}_0_start"] = f"{start // 60:02d}:{start % 60:02d}"
            fields[f"day{one.day.weekday()}_0_end"] = f"{end // 60:02d}:{end % 60:02d}"
    return fields


def test_times_that_leave_published_visits_out_are_saved_and_say_so(coordinator, district, published, visits_of):
    child = district.children[0].id
    path, visits = f"/children/{child}/visits/times", visits_of(published)
    own = [one for one in visits if one.child_id == child]
    with time_machine.travel(datetime(2026, 9, 20, 9, tzinfo=LOCAL), tick=False):
        every = {f"day{w}_{n}_{end}": "" for w in range(7) for n in range(2) for end in ("start", "end")}
        page = coordinator.submit(path, **every, day6_0_start="08:00", day6_0_end="12:00").get_data(as_text=True)
        assert f"有 {len(own)} 次已发布的送教不在这些时间内" in page
        assert f"{own[0].day.year}年{own[0].day.month}月{own[0].day.day}日" in page.replace("\u2060", "").replace(
            " ", ""
        )


def test_visits_that_fit_and_those_that_are_over_are_not_named(coordinator, district, published, visits_of):
    child = district.children[0].id
    path = f"/children/{child}/visits/times"
    every = {f"day{w}_{n}_{end}": "" for w in range(7) for n in range(2) for end in ("start", "end")}
    around = every | _weekday_rows(visits_of(published), child)
    with time_machine.travel(datetime(2026, 9, 20, 9, tzinfo=LOCAL), tick=False):
        assert "此前排好的课表尚未考虑这一变动" in coordinator.submit(path, **around).get_data(as_text=True)
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=LOCAL), tick=False):
        page = coordinator.submit(path, **(every | {"day6_0_start": "08:00", "day6_0_end": "12:00"}))
        assert "不在这些时间内" not in page.get_data(as_text=True)

"""The bound in words: only what is proven for what the plan does."""

from __future__ import annotations

from collections.abc import Callable

from app.kernel.problems import N_, S_
from app.routing.bound.figures import Bound, Figures, gap, template_figures
from app.routing.bound.run import bound
from app.routing.problem import Plan, Problem
from app.routing.telling import Reason, say


def bound_words(problem: Problem, plan: Plan, found: Bound) -> tuple[Reason, ...]:
    """Return sentences (`Reason`s with code, message and values) on how near a plan is to the best possible, by a
    `Bound`; the last one says what the bound covers."""
    figures = template_figures(problem, plan)
    least = found.unserved if figures.same_team else found.unserved_any
    told = [_visits(figures, least) if figures.unserved else _travel(problem, plan, figures, found)]
    if not found.complete:
        told.append(
            Reason(
                "BOUND_EARLY",
                S_(
                    "bound.early",
                    "The bound was stopped before its end. With more time it may come nearer to the plan.",
                ),
            )
        )
    return (*told, Reason("BOUND_COVERS", found.covers))


def _visits(figures: Figures, least: int) -> Reason:
    values = {"missing": figures.unserved, "least": least, "fewer": figures.unserved - least}
    if figures.unserved <= least:
        return Reason(
            "BOUND_FEWEST",
            S_("bound.fewest", "%(missing)s visits are missing. No plan can give more of them: this is proven."),
            values,
        )
    return Reason(
        "BOUND_FEWER",
        S_(
            "bound.fewer",
            "%(missing)s visits are missing. At most %(fewer)s fewer unserved visits are possible: it is proven that "
            "every plan misses at least %(least)s.",
        ),
        values,
    )


def _travel(problem: Problem, plan: Plan, figures: Figures, found: Bound) -> Reason:
    percent, least = gap(problem, plan, found), found.travel if figures.same_team else found.travel_any
    values = {"travel": figures.travel, "least": least, "percent": percent}
    if percent is None:
        return Reason(
            "BOUND_NONE",
            S_(
                "bound.none",
                "The repeating plan gives every visit. Nothing could be proven about travel yet; allow more time.",
            ),
            values,
        )
    if percent == 0:
        return Reason(
            "BOUND_BEST",
            S_(
                "bound.best",
                "The repeating plan gives every visit, and no plan can do it with less than %(travel)s minutes of "
                "travel.",
            ),
            values,
        )
    return Reason(
        "BOUND_GAP",
        S_(
            "bound.gap",
            "The repeating plan gives every visit. %(travel)s minutes of travel are at most %(percent)s %% from the "
            "best possible: it is proven that every plan without missing visits takes at least %(least)s.",
        ),
        values,
    )


def bound_report(problem: Problem, plan: Plan, seconds: float, translate: Callable[[str], str] = N_) -> list[str]:
    """Return lines to print: the bound of a problem, found in `seconds`, held against a plan. `translate`: English text
    to the reader's language."""
    return [say(r.message, r.values, translate) for r in bound_words(problem, plan, bound(problem, seconds=seconds))]

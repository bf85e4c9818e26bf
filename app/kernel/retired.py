"""Sentences that nothing says any more, kept because rows may hold their codes or, from before codes, their words.

A sentence whose declaration goes comes here with its code; its Chinese stays in the part of the kernel.
"""

from __future__ import annotations

from app.kernel.problems import S_

RETIRED = (
    S_("told.changed_by_sheet_once", "Changed by an imported sheet."),
    S_("bound.best_once", "No visit is missing, and no plan can do it with less than %(travel)s minutes of travel."),
    S_(
        "bound.gap_once",
        "No visit is missing. %(travel)s minutes of travel are at most %(percent)s %% from the best possible: it "
        "is proven that every plan without missing visits takes at least %(least)s.",
    ),
    S_("bound.none_once", "No visit is missing. Nothing could be proven about travel yet; allow more time."),
    S_(
        "remedy.new_team_trained",
        "%(child)s needs one more team for %(minutes)s minutes a week: from %(place)s, trained for %(skills)s.",
    ),
    S_(
        "no_term_entered.once", "No term is entered for this month. Choose a month of a term, or plan this month alone."
    ),
    S_("not_whole.once", "This is not a whole number. Enter digits only."),
    S_(
        "phone_unreadable.once",
        "This is not a telephone number. Enter digits, for example 13900000000 or 023-60000000.",
    ),
    S_("more_phones.once", "Several telephone numbers stand in this cell; the first is kept."),
    S_(
        "child_elsewhere.once",
        "This child's file belongs to another district or school. Ask its coordinator, or open a transfer.",
    ),
    S_(
        "birth_differs.once",
        "The birth date %(day)s differs from the one in the ID number. Compare both with the card.",
    ),
    S_("sex_differs.once", "The sex differs from the one in the ID number. Compare both with the card."),
    S_("category_differs.once", "The category differs from the certificate's; the row's is kept."),
    S_("grade_differs.once", "The grade differs from the certificate's; the row's is kept."),
    S_("name_dot.once", 'Between the parts of a name stands "·". Enter it in place of "%(character)s".'),
    S_("day_far.once", "This day is too far away. Enter a day from %(first)s to %(last)s."),
    S_("more_findings", "… and %(count)s more."),
)

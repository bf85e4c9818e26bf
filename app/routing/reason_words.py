"""The sentences that tell why visits are missing."""

from app.kernel.problems import S_

NO_SKILL = S_("reason.no_skill", "No team of at least %(size)s adults has all of: %(needs)s.")
NO_PATTERN = S_(
    "reason.no_pattern",
    "The family's times leave room for %(possible)s of %(asked)s visits with at least %(gap)s days between.",
)
TOO_LONG_FOR_ANY = S_(
    "reason.too_long_for_any",
    "%(minutes)s minutes is longer than any of the family's times; the longest of them has %(longest)s.",
)
NO_TIMES = S_("reason.no_times", "The family has told no times of the week.")
TOO_FEW_DAYS = S_(
    "reason.too_few_days",
    "The family's times leave room for %(possible)s of %(asked)s visits: %(minutes)s minutes on end fit on too few "
    "days.",
)
NO_COMMON_TIME = S_(
    "reason.no_common_time",
    "None of the teams %(teams)s works %(minutes)s minutes within the family's times on enough days "
    "(%(possible)s of %(asked)s visits).",
)
TOO_FAR = S_(
    "reason.too_far",
    "Too far: the nearest team, %(team)s, needs %(minutes)s minutes for the way and the visit, it has %(limit)s.",
)
TOO_LONG = S_(
    "reason.too_long",
    "Too far: the nearest team, %(team)s, would travel %(way)s minutes, it may travel %(driving)s a day.",
)
TOO_TIGHT = S_(
    "reason.too_tight",
    "Too far for these hours: the nearest team, %(team)s, needs %(way)s minutes to the home, and too little is left "
    "of the family's times within the team's hours on enough days.",
)
NO_REST = S_(
    "reason.no_rest",
    "No room for the break at noon: team %(team)s could come, but not with %(minutes)s minutes of rest between "
    "%(start)s and %(end)s.",
)
NO_WAY_OPEN = S_("reason.no_way_open", "No way to the home is open in this period from the schools of %(teams)s.")
FORBIDDEN = S_("reason.forbidden", "Teams %(teams)s could come but are excluded by a setting.")
LOCKED = S_("reason.locked", "The visits are fixed to team %(team)s, which cannot give them; %(teams)s could.")
CAPACITY = S_(
    "reason.capacity",
    "In an empty week teams %(teams)s could come, but their days are full in this plan: team %(team)s needs "
    "%(minutes)s more minutes on %(date)s.",
)
DISPLACES = S_(
    "reason.displaces",
    "In an empty week teams %(teams)s could come, but their days are full in this plan: team %(team)s needs "
    "%(minutes)s more minutes on %(date)s, or would have to give up the visit to %(displaced)s.",
)
ROOM = S_(
    "reason.room", "Team %(team)s has room for all visits in this plan. Make the timetable anew, or place them by hand."
)
IN_THE_WAY = S_(
    "reason.in_the_way",
    "In an empty week teams %(teams)s could come, but in this plan their free hours do not meet the family's: team "
    "%(team)s would have to give up the visit to %(displaced)s on %(date)s.",
)
NO_GAP_FREE = S_(
    "reason.no_gap_free",
    "In an empty week teams %(teams)s could come, but in this plan their free hours do not meet the family's.",
)
HOLIDAY = S_("reason.holiday", "Lost to closed days or absences (%(dates)s), and no make-up day had room.")
NOT_ON_A_DATE = S_(
    "reason.not_on_a_date",
    "The repeating plan has room for all visits, but %(missing)s of them stand on no date of this period.",
)

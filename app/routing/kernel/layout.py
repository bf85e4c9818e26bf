"""Where things lie in the flat arrays of a search. Numbers of places in the header of the constant array `g`: `g[HOME]`
is where the homes begin, so `g[g[HOME] + c]` is the home of demand c. Few flat arrays instead of many small ones keep
compiled calls cheap.

`g` int32, constant. Counts: DAYS, PLACES, KIDS, TEAMS, SLOTS, NEAREST (neighbours kept), WIDEST (days of the longest
pattern). LEGS (places x places) minutes; where those of the afternoon differ they follow. By demand: HOME, MINUTES,
PRIORITY, ASKED (visits in the template), BEFORE (team of the previous plan, -1 none), SHARES (may share a day with a
sibling service), FAR (minutes from the nearest able school), ABLE_AT -> ABLE teams, PAT_AT patterns, DAY_AT -> DAY_OF
usable days, SIB_AT -> SIB other services of the child, NEAR (KIDS x NEAREST) demands by distance, DISLIKED (KIDS x
TEAMS) minutes that a team costs more because the family wishes another; by demand and day:
WIN_AT -> WIN_FIRST, WIN_LAST starts. By pattern: PAT_MISSING visits, PAT_CHANGE days unlike the previous plan,
PAT_DAY_AT -> PAT_DAY days. By team: SCHOOL, CAP, MOST, DRIVING, ONE. By cell (team * days + day): SLOT_AT slots,
RCELL_AT -> RCELL cells of teams that share a teacher. By slot (a shift of a team on a day, room for one trip):
SLOT_CELL, SLOT_START, SLOT_END, SLOT_LEGS (how far into LEGS the minutes of its half of the day begin), BREAK
minutes that its trip keeps free (0 = none) between BREAK_FROM and BREAK_TO, RIVAL_AT -> RIVAL slots that need the same
teacher. `*_AT` rows have one number more than items: an item's list lies from its number
to the next one.

`s` int32, a timetable: by slot (and two rows more: SLOTS for trips that are tried, SLOTS + 1 stays empty) SEQ (x
LONGEST) demands, SIZE, ENDS and LATES (x LONGEST) earliest end and latest start of each visit, AWAY least
minutes out, DRIVEN, SERVED; by cell VERSION; by team LOAD; by demand TEAM, PATTERN (-1 = not served), MISSING, GIVER (x
WIDEST) team of each day; TOTALS: travel, weighted missing visits, cost of changes, substitute visits; CLOCK versions
given. `o` has the same places and keeps former values.

`m` int32, the memory of a search. Prices by (index in ABLE, day): SEEN version, PRICE, PLACE_SLOT, PLACE_POS, and where
the trip of slot PLACE_FROM goes to slot PLACE_TO before (-1 = none does). Since the last mark: MARKED_SLOTS,
MARKED_CELLS with CELL_WAS, MARKED_KIDS, COUNTS of the three; SLOT_SEEN, CELL_SEEN, KID_SEEN hold the MARK at which they
were put there; TEAM_SEEN the ROUND in which a team was near. Scratch: ROW, PRICES, OTHERS, TAKEN_BY, STACK.

`w` float64: UNSERVED, PARTIAL, CHANGE_TEAM, FAIRNESS, TRAVEL, SUBSTITUTE, IDLE_SHARE, IDLE_COST, CHANGE_DAY, then from
SHARE on the fair load of each team.
"""

LONGEST = 24  # homes in one trip
SPARE = 2  # rows of a timetable beside those of the slots


(
    DAYS, PLACES, KIDS, TEAMS, SLOTS, NEAREST, WIDEST, LEGS, HOME, MINUTES, PRIORITY, ASKED, BEFORE, SHARES,
    FAR, ABLE_AT, ABLE, WIN_AT, WIN_FIRST, WIN_LAST, PAT_AT, PAT_MISSING, PAT_CHANGE, PAT_DAY_AT, PAT_DAY,
    DAY_AT, DAY_OF, SIB_AT, SIB, NEAR, SCHOOL, CAP, MOST, DRIVING, ONE, SLOT_AT, SLOT_CELL, SLOT_START,
    SLOT_END, RCELL_AT, RCELL, RIVAL_AT, RIVAL, SLOT_LEGS, DISLIKED,
    BREAK, BREAK_FROM, BREAK_TO,
) = range(48)
(
    SEQ, SIZE, ENDS, LATES, AWAY, DRIVEN, SERVED, VERSION, LOAD, TEAM, PATTERN, MISSING, GIVER, TOTALS, CLOCK,
) = range(48, 63)
(
    SEEN, PRICE, PLACE_SLOT, PLACE_POS, SLOT_SEEN, MARKED_SLOTS, CELL_SEEN, MARKED_CELLS, CELL_WAS, KID_SEEN,
    MARKED_KIDS, COUNTS, MARK, ROW, PRICES, OTHERS, TAKEN_BY, STACK, TEAM_SEEN, ROUND, PLACE_FROM, PLACE_TO,
) = range(63, 85)
HEADER = 85  # numbers before the first array of g
(
    UNSERVED, PARTIAL, CHANGE_TEAM, FAIRNESS, TRAVEL, SUBSTITUTE, IDLE_SHARE, IDLE_COST, CHANGE_DAY, SHARE,
) = range(10)

TRAVELLED, WEIGHTED, CHANGED, SUBSTITUTED = range(4)  # places in TOTALS
NO_LIMIT = 1_000_000

"""What a move changed, so that it can be taken back, compiled."""

from app.routing.compiled import compiled
from app.routing.kernel.layout import Timetable, Work


@compiled
def begin(work: Work) -> None:
    """Begin to remember changes, so that `undo` can come back here."""
    work.memo.mark[0] += 1
    work.memo.counts[:] = 0
    _copy_sums(work.was, work.plan)


@compiled
def _copy_sums(to: Timetable, source: Timetable) -> None:
    for t in range(len(to.load)):
        to.load[t] = source.load[t]
    for i in range(len(to.totals)):
        to.totals[i] = source.totals[i]


@compiled
def _copy_slot(to: Timetable, source: Timetable, r: int) -> None:
    size = source.size[r]
    to.size[r] = size
    to.away[r] = source.away[r]
    to.driven[r] = source.driven[r]
    to.served[r] = source.served[r]
    for i in range(size):
        to.seq[r, i] = source.seq[r, i]
        to.ends[r, i] = source.ends[r, i]
        to.lates[r, i] = source.lates[r, i]


@compiled
def _copy_kid(to: Timetable, source: Timetable, c: int) -> None:
    to.team[c] = source.team[c]
    to.pattern[c] = source.pattern[c]
    to.missing[c] = source.missing[c]
    for i in range(to.giver.shape[1]):
        to.giver[c, i] = source.giver[c, i]


@compiled
def remember_slot(work: Work, r: int) -> None:
    """Keep a slot as it is, once a mark."""
    memo = work.memo
    if memo.slot_seen[r] != memo.mark[0]:
        memo.slot_seen[r] = memo.mark[0]
        memo.marked_slots[memo.counts[0]] = r
        memo.counts[0] += 1
        _copy_slot(work.was, work.plan, r)


@compiled
def remember_kid(work: Work, c: int) -> None:
    """Keep what is chosen for a demand, once a mark."""
    memo = work.memo
    if memo.kid_seen[c] != memo.mark[0]:
        memo.kid_seen[c] = memo.mark[0]
        memo.marked_kids[memo.counts[2]] = c
        memo.counts[2] += 1
        _copy_kid(work.was, work.plan, c)


@compiled
def _renew(work: Work, team: int, day: int) -> None:
    plan, memo = work.plan, work.memo
    if memo.cell_seen[team, day] != memo.mark[0]:
        memo.cell_seen[team, day] = memo.mark[0]
        n = memo.counts[1]
        memo.marked_cells[n, 0], memo.marked_cells[n, 1] = team, day
        memo.marked_cells[n, 2] = plan.version[team, day]
        memo.counts[1] += 1
    plan.clock[0] += 1
    plan.version[team, day] = plan.clock[0]


@compiled
def touch(work: Work, team: int, day: int) -> None:
    """Let no price of a team's day be believed any more, nor those of teams that share a teacher with it."""
    given = work.given
    _renew(work, team, day)
    for i in range(given.rival_at[team], given.rival_at[team + 1]):
        _renew(work, given.rival[i], day)


@compiled
def undo(work: Work) -> None:
    """Go back to the last `begin`."""
    plan, was, memo = work.plan, work.was, work.memo
    for i in range(memo.counts[0]):
        _copy_slot(plan, was, memo.marked_slots[i])
    for i in range(memo.counts[1]):
        plan.version[memo.marked_cells[i, 0], memo.marked_cells[i, 1]] = memo.marked_cells[i, 2]
    for i in range(memo.counts[2]):
        _copy_kid(plan, was, memo.marked_kids[i])
    _copy_sums(plan, was)

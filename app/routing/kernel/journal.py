"""What a move changed, so that it can be taken back, compiled. The arrays `g`, `s`, `o`, `m` are those of `layout`."""


from app.routing.compiled import compiled
from app.routing.kernel.layout import (
    AWAY,
    CELL_SEEN,
    CELL_WAS,
    CLOCK,
    COUNTS,
    DRIVEN,
    ENDS,
    GIVER,
    KID_SEEN,
    LATES,
    LOAD,
    LONGEST,
    MARK,
    MARKED_CELLS,
    MARKED_KIDS,
    MARKED_SLOTS,
    MISSING,
    PATTERN,
    RCELL,
    RCELL_AT,
    SEQ,
    SERVED,
    SIZE,
    SLOT_SEEN,
    TEAM,
    TEAMS,
    TOTALS,
    VERSION,
    WIDEST,
)


@compiled
def begin(g, s, o, m):
    """Begin to remember changes, so that `undo` can come back here."""
    m[g[MARK]] += 1
    for i in range(3):
        m[g[COUNTS] + i] = 0
    for i in range(g[TEAMS]):
        o[g[LOAD] + i] = s[g[LOAD] + i]
    for i in range(4):
        o[g[TOTALS] + i] = s[g[TOTALS] + i]


@compiled
def _copy_slot(g, to, source, r):
    size, row = source[g[SIZE] + r], r * LONGEST
    to[g[SIZE] + r] = size
    to[g[AWAY] + r] = source[g[AWAY] + r]
    to[g[DRIVEN] + r] = source[g[DRIVEN] + r]
    to[g[SERVED] + r] = source[g[SERVED] + r]
    for i in range(row, row + size):
        to[g[SEQ] + i] = source[g[SEQ] + i]
        to[g[ENDS] + i] = source[g[ENDS] + i]
        to[g[LATES] + i] = source[g[LATES] + i]


@compiled
def _copy_kid(g, to, source, c):
    to[g[TEAM] + c] = source[g[TEAM] + c]
    to[g[PATTERN] + c] = source[g[PATTERN] + c]
    to[g[MISSING] + c] = source[g[MISSING] + c]
    for i in range(c * g[WIDEST], (c + 1) * g[WIDEST]):
        to[g[GIVER] + i] = source[g[GIVER] + i]


@compiled
def remember_slot(g, s, o, m, r):
    if m[g[SLOT_SEEN] + r] != m[g[MARK]]:
        m[g[SLOT_SEEN] + r] = m[g[MARK]]
        m[g[MARKED_SLOTS] + m[g[COUNTS]]] = r
        m[g[COUNTS]] += 1
        _copy_slot(g, o, s, r)


@compiled
def remember_kid(g, s, o, m, c):
    if m[g[KID_SEEN] + c] != m[g[MARK]]:
        m[g[KID_SEEN] + c] = m[g[MARK]]
        m[g[MARKED_KIDS] + m[g[COUNTS] + 2]] = c
        m[g[COUNTS] + 2] += 1
        _copy_kid(g, o, s, c)


@compiled
def _renew(g, s, m, cell):
    if m[g[CELL_SEEN] + cell] != m[g[MARK]]:
        m[g[CELL_SEEN] + cell] = m[g[MARK]]
        m[g[MARKED_CELLS] + m[g[COUNTS] + 1]] = cell
        m[g[CELL_WAS] + m[g[COUNTS] + 1]] = s[g[VERSION] + cell]
        m[g[COUNTS] + 1] += 1
    s[g[CLOCK]] += 1
    s[g[VERSION] + cell] = s[g[CLOCK]]


@compiled
def touch(g, s, m, cell):
    _renew(g, s, m, cell)
    for i in range(g[g[RCELL_AT] + cell], g[g[RCELL_AT] + cell + 1]):
        _renew(g, s, m, g[g[RCELL] + i])


@compiled
def undo(g, s, o, m):
    """Go back to the last `begin`."""
    for i in range(m[g[COUNTS]]):
        _copy_slot(g, s, o, m[g[MARKED_SLOTS] + i])
    for i in range(m[g[COUNTS] + 1]):
        s[g[VERSION] + m[g[MARKED_CELLS] + i]] = m[g[CELL_WAS] + i]
    for i in range(m[g[COUNTS] + 2]):
        _copy_kid(g, s, o, m[g[MARKED_KIDS] + i])
    for i in range(g[TEAMS]):
        s[g[LOAD] + i] = o[g[LOAD] + i]
    for i in range(4):
        s[g[TOTALS] + i] = o[g[TOTALS] + i]

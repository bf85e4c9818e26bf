"""The state of a search and the two things done to it: moving a patient (`place`) and timing (`retime`).

A solution is an order of all patients and a caregiver for each service: every caregiver gives his services in the
order of their patients, each as early as can be. Such a solution is never in a knot (two caregivers who wait for one
another for ever), and for the tours it makes no timing is better: every start is the least possible.

Services are nodes: 2p and 2p + 1 are those of patient p (the second only where he needs two), 2n + c is the office as
caregiver c leaves it and comes back to it; a tour is a ring of `ahead` and `behind`. Arrays, n patients, N = 2n + c:

  order (n,), at (n,)      patients in order; place of a patient in the order
  who (N,)                 caregiver of a node
  ahead, behind (N,)       the node before, the node after in the tour
  end, late (N,)           when the service ends, how late it starts
  sums (3,)                distance, sum of `late`, greatest `late`
  marks (2N,), marked (1,) nodes whose predecessor is a new one since the last `retime`
  log, was (N,)            nodes that `retime` changed and when they ended before

and of the problem: `dist` (n + 1, n + 1), `spot` (N,) row of a node in it, `double` (n,), `early`, `due` (n,),
`minutes` (N,), `gap` (n, 2) least and greatest time from the first to the second start.
"""

from numba import njit


@njit(cache=True, inline="always")
def unlink(v, ahead, behind, dist, spot, marks, marked):
    """Take node v out of its tour; return what the distance changes by."""
    u, w = ahead[v], behind[v]
    behind[u] = w
    ahead[w] = u
    marks[marked[0]] = w
    marked[0] += 1
    return dist[spot[u], spot[w]] - dist[spot[u], spot[v]] - dist[spot[v], spot[w]]


@njit(cache=True, inline="always")
def seat(n, c, j, skip, at, behind):
    """Return the last node of caregiver c's tour before place j of the order, leaving out patient `skip`."""
    home = 2 * n + c
    u = home
    w = behind[home]
    while w != home:
        p = w >> 1
        if p != skip:
            if at[p] >= j:
                break
            u = w
        w = behind[w]
    return u


@njit(cache=True, inline="always")
def link(v, u, c, who, ahead, behind, dist, spot, marks, marked):
    """Put node v behind node u of caregiver c's tour; return what the distance changes by."""
    w = behind[u]
    behind[u] = v
    ahead[v] = u
    behind[v] = w
    ahead[w] = v
    who[v] = c
    marks[marked[0]] = v
    marks[marked[0] + 1] = w
    marked[0] += 2
    return dist[spot[u], spot[v]] + dist[spot[v], spot[w]] - dist[spot[u], spot[w]]


@njit(cache=True)
def place(p, j, c0, c1, order, at, who, ahead, behind, dist, spot, double, marks, marked):
    """Move patient p before the one who is j-th now, his services to c0 and c1; return the change of the distance."""
    n = order.shape[0]
    a = 2 * p
    gain = unlink(a, ahead, behind, dist, spot, marks, marked)
    if double[p]:
        gain += unlink(a + 1, ahead, behind, dist, spot, marks, marked)
    i = at[p]
    if j > i:
        j -= 1
        for k in range(i, j):
            q = order[k + 1]
            order[k] = q
            at[q] = k
    else:
        for k in range(i, j, -1):
            q = order[k - 1]
            order[k] = q
            at[q] = k
    order[j] = p
    at[p] = j
    gain += link(a, seat(n, c0, j, p, at, behind), c0, who, ahead, behind, dist, spot, marks, marked)
    if double[p]:
        gain += link(a + 1, seat(n, c1, j, p, at, behind), c1, who, ahead, behind, dist, spot, marks, marked)
    return gain


@njit(cache=True)
def retime(order, at, who, ahead, end, late, spot, dist, early, due, minutes, gap, double, marks, marked, forced, dirty,
           log, was, sums):
    """Time the services again that follow a changed one or are in `marks`, which is emptied; return how many changed.

    They stand in `log`, their ends before in `was`; `sums[1:]` is brought up to date. `forced` and `dirty` are zero
    before and after.
    """
    n = order.shape[0]
    lo, hi = n, -1
    for k in range(marked[0]):
        v = marks[k]
        if v < 2 * n:
            forced[v] = 1
            i = at[v >> 1]
            lo = min(lo, i)
            hi = max(hi, i)
    marked[0] = 0
    changed = 0
    moving = 0
    rescan = False
    top = sums[2]
    greatest = top
    total = sums[1]
    for i in range(lo, n):
        p = order[i]
        a = 2 * p
        c0 = who[a]
        if double[p]:
            b = a + 1
            c1 = who[b]
            if not (forced[a] or forced[b] or dirty[c0] or dirty[c1]):
                if i >= hi and moving == 0:
                    break
                continue
            s0 = max(early[p], end[ahead[a]] + dist[spot[ahead[a]], p + 1])
            s1 = max(s0 + gap[p, 0], end[ahead[b]] + dist[spot[ahead[b]], p + 1])
            s0 = max(s0, s1 - gap[p, 1])
            e1 = s1 + minutes[b]
            forced[a] = 0
            forced[b] = 0
            moving -= dirty[c1]
            dirty[c1] = 0
            if e1 != end[b]:
                dirty[c1] = 1
                moving += 1
                log[changed] = b
                was[changed] = end[b]
                changed += 1
                end[b] = e1
                x = max(0.0, s1 - due[p])
                y = late[b]
                if x != y:
                    total += x - y
                    greatest = max(greatest, x)
                    if y > 0.0 and y >= top:
                        rescan = True
                    late[b] = x
        else:
            if not (forced[a] or dirty[c0]):
                if i >= hi and moving == 0:
                    break
                continue
            s0 = max(early[p], end[ahead[a]] + dist[spot[ahead[a]], p + 1])
            forced[a] = 0
        e0 = s0 + minutes[a]
        moving -= dirty[c0]
        dirty[c0] = 0
        if e0 != end[a]:
            dirty[c0] = 1
            moving += 1
            log[changed] = a
            was[changed] = end[a]
            changed += 1
            end[a] = e0
            x = max(0.0, s0 - due[p])
            y = late[a]
            if x != y:
                total += x - y
                greatest = max(greatest, x)
                if y > 0.0 and y >= top:
                    rescan = True
                late[a] = x
    for c in range(dirty.shape[0]):
        dirty[c] = 0
    if rescan:
        greatest = 0.0
        for k in range(2 * n):
            greatest = max(greatest, late[k])
    sums[1] = total
    sums[2] = greatest
    return changed


@njit(cache=True)
def rebuild(order, who, at, ahead, behind, end, late, spot, dist, early, due, minutes, gap, double, sums):
    """Set tours, times and sums from `order` and `who` alone."""
    n = order.shape[0]
    for v in range(2 * n, who.shape[0]):
        who[v] = v - 2 * n
        ahead[v] = v
        behind[v] = v
        end[v] = 0.0
    sums[:] = 0.0
    late[:] = 0.0
    for i in range(n):
        p = order[i]
        at[p] = i
        s0, s1 = early[p], early[p]
        for v in range(2 * p, 2 * p + 1 + double[p]):
            home = 2 * n + who[v]
            u = ahead[home]
            behind[u] = v
            ahead[v] = u
            behind[v] = home
            ahead[home] = v
            sums[0] += dist[spot[u], p + 1] + dist[p + 1, 0] - dist[spot[u], 0]
            s = max(early[p], end[u] + dist[spot[u], p + 1])
            if v == 2 * p:
                s0 = s
            else:
                s1 = max(s, s0 + gap[p, 0])
                s0 = max(s0, s1 - gap[p, 1])
        end[2 * p] = s0 + minutes[2 * p]
        late[2 * p] = max(0.0, s0 - due[p])
        sums[1] += late[2 * p]
        sums[2] = max(sums[2], late[2 * p])
        if double[p]:
            end[2 * p + 1] = s1 + minutes[2 * p + 1]
            late[2 * p + 1] = max(0.0, s1 - due[p])
            sums[1] += late[2 * p + 1]
            sums[2] = max(sums[2], late[2 * p + 1])


@njit(cache=True)
def settle(order, at, who, ahead, behind, end, minutes, double, ready):
    """Put the order by time as far as the tours allow: it stays an order of the same tours and times."""
    n = order.shape[0]
    callers = who.shape[0] - 2 * n
    for c in range(callers):
        ready[c] = behind[2 * n + c]
    for i in range(n):
        best, when = -1, 0.0
        for c in range(callers):
            v = ready[c]
            if v >= 2 * n:
                continue
            p = v >> 1
            t = end[v] - minutes[v]
            if double[p]:
                if ready[who[v ^ 1]] != v ^ 1:
                    continue
                t = 0.5 * (t + end[v ^ 1] - minutes[v ^ 1])
            if best < 0 or t < when:
                best, when = p, t
        order[i] = best
        at[best] = i
        for v in range(2 * best, 2 * best + 1 + double[best]):
            ready[who[v]] = behind[v]

"""The arrays that the kernel works on.

Nodes: customers 0 … n-1, then one node n+r for each vehicle r, which is the depot at both ends of its route: a route
is a ring `n+r -> customers -> n+r`. Days and vehicles count from 0. Sets of days are bit masks (bit d = day d).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks.solvers.periodic.instance import Instance

NEAR = 20  # neighbours of a customer that its moves look at, among those visited on the same day
NEVER = 1e30  # stands for "no limit"


class Model(NamedTuple):
    """The problem. Lengths in the units of the file."""

    n: int  # customers
    m: int  # vehicles a day
    t: int  # days
    dist: np.ndarray  # (n+m, n+m) float64, Euclidean
    demand: np.ndarray  # (n+m,) float64, 0 for the depot
    service: np.ndarray  # (n+m,) float64
    order: np.ndarray  # (n, n-1) int64: the other customers, nearest first
    capacity: np.ndarray  # (t,) float64
    longest: np.ndarray  # (t,) float64
    options: np.ndarray  # (n, most) int64 masks of days
    choices: np.ndarray  # (n,) int64: how many of `options` count
    angle: np.ndarray  # (n+m,) int64: direction from the depot, a full circle = 65536
    x: np.ndarray  # (n,) float64, relative to the depot
    y: np.ndarray


class Work(NamedTuple):
    """One solution under repair, all days; first index = day."""

    nxt: np.ndarray  # (t, n+m) int64
    prv: np.ndarray  # (t, n+m) int64
    route: np.ndarray  # (t, n+m) int64: vehicle, or m where the customer is not visited that day
    pos: np.ndarray  # (t, n+m) int64: place in the route
    cumload: np.ndarray  # (t, n+m) float64: load up to and with this node
    cumtime: np.ndarray  # (t, n+m) float64: travel and service up to and with this node
    load: np.ndarray  # (t, m) float64
    time: np.ndarray  # (t, m) float64
    pen: np.ndarray  # (t, m) float64: the penalty of the route
    size: np.ndarray  # (t, m) int64
    changed: np.ndarray  # (t, m) int64: number of the move that changed it last
    sector: np.ndarray  # (t, m, 2) int64: the angles that the route spans
    mask: np.ndarray  # (n,) int64: days on which the customer is visited
    weight: np.ndarray  # (2,) float64: penalty of one unit too much load, time
    near: np.ndarray  # (n, NEAR) int64, of the day at hand
    nears: np.ndarray  # (n,) int64
    tested: np.ndarray  # (n,) int64: number of the last move when the customer was tried
    order: np.ndarray  # (n,) int64: customers in the order of trial
    spare: np.ndarray  # (n+m,) int64
    slack: np.ndarray  # (n,) float64: what removing the customer saves (SWAP*)
    best: np.ndarray  # (m, n, 3) float64: cost of the three cheapest places in a route
    place: np.ndarray  # (m, n, 3) int64: after which node
    when: np.ndarray  # (m, n) int64: number of the move when these were found
    crossed: np.ndarray  # (m, m) int64: number of the move when two routes were tried
    seq: np.ndarray  # (t, n) int64: order of the day's visits without ends of routes
    length: np.ndarray  # (t,) int64
    cuts: np.ndarray  # (t, m+1) int64: where the routes begin in `seq`
    label: np.ndarray  # (m+1, n+1) float64: cheapest way to serve the first visits with k vehicles
    back: np.ndarray  # (m+1, n+1) int64
    scratch: np.ndarray  # (2, t) float64
    places: np.ndarray  # (4, t) int64


def model_of(instance: Instance) -> tuple[Model, list[int]]:
    """The arrays of a problem, and the numbers of the customers in them (those that are never visited are left out)."""
    chosen = [c for c, customer in enumerate(instance.customers) if customer.options]
    customers = [instance.customers[c] for c in chosen]
    n, m, t = len(customers), instance.vehicles, instance.days
    points = np.array([(c.x, c.y) for c in customers] + [instance.depot] * m, float) - np.array(instance.depot)
    dist = np.hypot(points[:, None, 0] - points[None, :, 0], points[:, None, 1] - points[None, :, 1])
    between = dist[:n, :n] - np.eye(n)
    order = np.argsort(between, axis=1, kind="stable")[:, 1:]
    most = max((len(c.options) for c in customers), default=1)
    options = np.zeros((n, most), np.int64)
    for c, customer in enumerate(customers):
        options[c, : len(customer.options)] = [sum(1 << day for day in days) for days in customer.options]
    angle = np.arctan2(points[:, 1], points[:, 0]) / (2 * np.pi) * 65536
    limits = np.minimum(np.array(instance.limits, float), NEVER)
    model = Model(
        n,
        m,
        t,
        np.ascontiguousarray(dist),
        np.array([c.demand for c in customers] + [0.0] * m),
        np.array([c.service for c in customers] + [0.0] * m),
        np.ascontiguousarray(order.astype(np.int64)),
        np.ascontiguousarray(limits[:, 1]),
        np.ascontiguousarray(limits[:, 0]),
        options,
        np.array([len(c.options) for c in customers], np.int64),
        (angle.astype(np.int64) & 65535),
        np.ascontiguousarray(points[:n, 0]),
        np.ascontiguousarray(points[:n, 1]),
    )
    return model, chosen


def work_of(model: Model) -> Work:
    """Room for one solution of a model."""
    n, m, t = model.n, model.m, model.t
    nodes, near = (t, n + m), max(1, min(NEAR, n - 1))
    whole, real = np.int64, np.float64
    shapes = {
        "nxt": (nodes, whole),
        "prv": (nodes, whole),
        "route": (nodes, whole),
        "pos": (nodes, whole),
        "cumload": (nodes, real),
        "cumtime": (nodes, real),
        "load": ((t, m), real),
        "time": ((t, m), real),
        "pen": ((t, m), real),
        "size": ((t, m), whole),
        "changed": ((t, m), whole),
        "sector": ((t, m, 2), whole),
        "mask": (n, whole),
        "weight": (2, real),
        "near": ((n, near), whole),
        "nears": (n, whole),
        "tested": (n, whole),
        "order": (n, whole),
        "spare": (n + m, whole),
        "slack": (n, real),
        "best": ((m, n, 3), real),
        "place": ((m, n, 3), whole),
        "when": ((m, n), whole),
        "crossed": ((m, m), whole),
        "seq": ((t, n), whole),
        "length": (t, whole),
        "cuts": ((t, m + 1), whole),
        "label": ((m + 1, n + 1), real),
        "back": ((m + 1, n + 1), whole),
        "scratch": ((2, t), real),
        "places": ((4, t), whole),
    }
    return Work(**{name: np.zeros(shape, kind) for name, (shape, kind) in shapes.items()})

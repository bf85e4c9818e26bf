"""Real roads: an OpenStreetMap extract becomes a small network of one district, and that gives minutes between places.

`read_extract` reads the file once for any number of districts (needs osmium), `save` and `load` keep a network as one
.npz file, `road_minutes` finds shortest times between places (needs SciPy). Nothing heavy is imported before it is
used. What is not known stays unknown: a place too far from any road, or one that no mapped road joins to the others,
gets no minutes here and keeps its estimate.

Not modelled: turn restrictions, barriers and gates, traffic, the time of day, gradients.
"""

from app.routing.roads.network import Box, Network, Source, box_around
from app.routing.roads.reading import read_extract
from app.routing.roads.store import load, save
from app.routing.roads.times import NEAR_M, RoadTimes, minutes_of, on_foot, road_minutes

__all__ = [
    "NEAR_M",
    "Box",
    "Network",
    "RoadTimes",
    "Source",
    "box_around",
    "load",
    "minutes_of",
    "on_foot",
    "read_extract",
    "road_minutes",
    "save",
]

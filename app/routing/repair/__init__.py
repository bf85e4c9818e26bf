"""Repairing a dated plan after leave, a cancellation, a closed road, a new or a lost child: least change."""

from app.routing.repair.run import repair
from app.routing.repair.types import Call, Repair, Variant

__all__ = ["Call", "Repair", "Variant", "repair"]

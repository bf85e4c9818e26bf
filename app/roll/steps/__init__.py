"""The deadlines of the roll: of transfers and breaks, and of the disabilities of its children."""

from app.roll.steps.disabilities import CERTIFICATE_END, SCREENING
from app.roll.steps.disabilities import STEPS as _OF_DISABILITIES
from app.roll.steps.holding import in_force, roll_school
from app.roll.steps.moves import BREAK_END, TRANSFER_ANSWER
from app.roll.steps.moves import STEPS as _OF_MOVES

STEPS = (*_OF_MOVES, *_OF_DISABILITIES)

__all__ = ["BREAK_END", "CERTIFICATE_END", "SCREENING", "STEPS", "TRANSFER_ANSWER", "in_force", "roll_school"]

"""The deadlines of home-delivered teaching: minutes owed, a school that records nothing, a child that is not met."""

from app.visits.steps.absences import DROPOUT_SUSPECTED
from app.visits.steps.absences import STEPS as _OF_ABSENCES
from app.visits.steps.owed import MINUTES_OWED
from app.visits.steps.owed import STEPS as _OF_MINUTES
from app.visits.steps.silence import SCHOOL_SILENT
from app.visits.steps.silence import STEPS as _OF_SILENCE

STEPS = (*_OF_MINUTES, *_OF_SILENCE, *_OF_ABSENCES)

__all__ = ["DROPOUT_SUSPECTED", "MINUTES_OWED", "SCHOOL_SILENT", "STEPS"]

"""Writing steps: what an action settles, what the tick opens and closes, pauses."""

from app.steps.actions.exporting import note_export
from app.steps.actions.pausing import pause_step, resume_step
from app.steps.actions.settling import settle, settle_children
from app.steps.actions.ticking import tick_today, tick_until

__all__ = ["note_export", "pause_step", "resume_step", "settle", "settle_children", "tick_today", "tick_until"]

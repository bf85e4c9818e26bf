"""Writing the roll: states and movements; enrolment, numbers and links; requests with two people; transfers."""

from app.roll.actions.movements import change_status, register_child

__all__ = ["change_status", "register_child"]

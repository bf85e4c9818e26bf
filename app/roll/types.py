"""The language of the roll."""

from enum import StrEnum


class RollStatus(StrEnum):
    """States of facts 2.6 with the codes of 学生当前状态 (JY/T 1001 XSDQZT) in `CODES`."""

    REGISTERED = "registered"
    DEFERRED = "deferred"
    PLACED = "placed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    TRANSFERRING = "transferring"
    DROPOUT = "dropout"
    ABROAD = "abroad"
    MISSING = "missing"
    GRADUATED = "graduated"
    COMPLETED = "completed"
    DECEASED = "deceased"
    LEFT_AREA = "left_area"


CODES = {
    RollStatus.ACTIVE: "01", RollStatus.SUSPENDED: "02", RollStatus.TRANSFERRING: "01", RollStatus.DROPOUT: "06",
    RollStatus.GRADUATED: "07", RollStatus.COMPLETED: "08", RollStatus.DECEASED: "11", RollStatus.MISSING: "15",
}
"""学生当前状态 codes where the list has one."""


class SchoolLink(StrEnum):
    ROLL = "roll"
    ATTENDING = "attending"
    DELIVERING = "delivering"


class StudentNumberKind(StrEnum):
    G = "G"
    L = "L"
    J = "J"


class MovementKind(StrEnum):
    """学籍异动类别 (JY/T 1001 XJYDLB) that make sense in grades 1–9, under their field names; codes in `MOVEMENT_CODES`."""

    REGISTRATION = "registration"
    DEFERRAL = "deferral"
    PLACEMENT = "placement"
    ENROLMENT = "enrolment"
    SUSPENSION = "suspension"
    EXTENSION = "extension"
    RESUMPTION = "resumption"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OPENED = "transfer_opened"
    TRANSFER_REFUSED = "transfer_refused"
    LINK_CHANGE = "link_change"
    NUMBER_CHANGE = "number_change"


MOVEMENT_CODES = {
    MovementKind.SUSPENSION: "11", MovementKind.EXTENSION: "11", MovementKind.RESUMPTION: "12",
    MovementKind.TRANSFER_OUT: "21", MovementKind.TRANSFER_IN: "22", MovementKind.LINK_CHANGE: "29",
}


class TransferStep(StrEnum):
    """The four parties of a transfer, in their order (facts 2.5)."""

    RECEIVING_SCHOOL = "receiving_school"
    RECEIVING_UNIT = "receiving_unit"
    SENDING_SCHOOL = "sending_school"
    SENDING_UNIT = "sending_unit"


class TransferState(StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class AttendanceMode(StrEnum):
    """就读方式."""

    DAY = "day"
    BOARDING = "boarding"
    LODGING = "lodging"
    HOME = "home"
    OTHER = "other"


class LrcKind(StrEnum):
    """随班就读 of the national roll sheet."""

    NOT_LRC = "not_lrc"
    VISUAL = "visual"
    HEARING = "hearing"
    INTELLECTUAL = "intellectual"
    OTHER = "other"

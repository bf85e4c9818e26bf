"""The language of the roll."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.labels import describe
from app.kernel.problems import N_


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


AWAY = frozenset(
    {
        RollStatus.SUSPENDED,
        RollStatus.DROPOUT,
        RollStatus.ABROAD,
        RollStatus.MISSING,
        RollStatus.GRADUATED,
        RollStatus.COMPLETED,
        RollStatus.DECEASED,
        RollStatus.LEFT_AREA,
    }
)
"""States in which nobody teaches the child at home: no visit is planned, those that stand are called off."""

CODES = {
    RollStatus.ACTIVE: "01",
    RollStatus.SUSPENDED: "02",
    RollStatus.TRANSFERRING: "01",
    RollStatus.DROPOUT: "06",
    RollStatus.GRADUATED: "07",
    RollStatus.COMPLETED: "08",
    RollStatus.DECEASED: "11",
    RollStatus.MISSING: "15",
}
"""学生当前状态 codes where the list has one."""


class SchoolLink(StrEnum):
    ROLL = "roll"
    ATTENDING = "attending"
    DELIVERING = "delivering"


@dataclass(frozen=True)
class Place:
    """A school that a child is linked to, and where in it."""

    school_id: uuid.UUID
    name: str
    grade: int | None
    class_name: str | None = None


class StudentNumberKind(StrEnum):
    G = "G"
    L = "L"
    J = "J"


class MovementKind(StrEnum):
    """学籍异动类别 (JY/T 1001 XJYDLB) that make sense in grades 1–9; codes in `MOVEMENT_CODES`."""

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
    DROPOUT = "dropout"
    ABROAD = "abroad"
    MISSING = "missing"
    DEATH = "death"
    GRADUATION = "graduation"
    COMPLETION = "completion"
    TRANSFER_REDATED = "transfer_redated"
    TRANSFER_WITHDRAWN = "transfer_withdrawn"


UNDOES = (MovementKind.TRANSFER_REDATED, MovementKind.TRANSFER_WITHDRAWN)
"""What makes void the leaving and the coming that stood there for a later day: see `queries.list_void`."""
MOVEMENT_CODES = {
    MovementKind.SUSPENSION: "11",
    MovementKind.EXTENSION: "11",
    MovementKind.RESUMPTION: "12",
    MovementKind.TRANSFER_OUT: "21",
    MovementKind.TRANSFER_IN: "22",
    MovementKind.LINK_CHANGE: "29",
    MovementKind.DEATH: "51",
    MovementKind.COMPLETION: "62",
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


class TransferSide(StrEnum):
    """The two sides of a transfer that is agreed."""

    SENDING = "sending"
    RECEIVING = "receiving"

    @property
    def other(self) -> TransferSide:
        return TransferSide.SENDING if self == TransferSide.RECEIVING else TransferSide.RECEIVING


class DayState(StrEnum):
    """What became of the proposal of another day. A proposal whose time is over without an answer is lapsed; nothing
    has to be written for that (see `rules.day_state`)."""

    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


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


@dataclass(frozen=True)
class Signer:
    """Who asked, approved or answered, as it is written into the row: an actor's id and name."""

    user_id: uuid.UUID | None
    name: str


PAST_ROLL = "past roll"
"""Why a sending school still reads the years of its own: see `Sight.because`."""

describe(
    RollStatus,
    registered=N_("Registered, not in school yet"),
    deferred=N_("Entry deferred"),
    placed=N_("Placed, not on a roll yet"),
    active=N_("On the roll"),
    suspended=N_("Studies suspended"),
    transferring=N_("Transfer being handled"),
    dropout=N_("Dropped out, roll kept"),
    abroad=N_("Abroad"),
    missing=N_("Whereabouts unknown"),
    graduated=N_("Graduated"),
    completed=N_("Completed schooling"),
    deceased=N_("Deceased"),
    left_area=N_("Left the municipality"),
)
describe(SchoolLink, roll=N_("Roll school"), attending=N_("Attending school"), delivering=N_("Delivering school"))
describe(StudentNumberKind, G=N_("G, formal"), L=N_("L, temporary"), J=N_("J, formal without an ID"))
describe(
    MovementKind,
    registration=N_("Registration"),
    deferral=N_("Deferred entry"),
    placement=N_("Placement"),
    enrolment=N_("First roll"),
    suspension=N_("Suspension of studies"),
    extension=N_("Extension of a suspension"),
    resumption=N_("Resumption of studies"),
    transfer_out=N_("Transfer out"),
    transfer_in=N_("Transfer in"),
    transfer_opened=N_("Transfer opened"),
    transfer_refused=N_("Transfer refused"),
    link_change=N_("Change of class or school links"),
    number_change=N_("Change of student number"),
    dropout=N_("Dropout"),
    abroad=N_("Going abroad"),
    missing=N_("Whereabouts unknown"),
    death=N_("Death"),
    graduation=N_("Graduation"),
    completion=N_("Completion of schooling"),
    transfer_redated=N_("Transfer moved to another day"),
    transfer_withdrawn=N_("Transfer taken back"),
)
describe(
    TransferStep,
    receiving_school=N_("Receiving school"),
    receiving_unit=N_("District of the receiving school"),
    sending_school=N_("Sending school"),
    sending_unit=N_("District of the sending school"),
)
describe(TransferState, open=N_("Being handled"), done=N_("Concluded"), refused=N_("Not agreed"))
describe(TransferSide, sending=N_("Sending side"), receiving=N_("Receiving side"))
describe(
    DayState,
    open=N_("Waits for the other side"),
    agreed=N_("Confirmed by the other side"),
    declined=N_("Declined"),
    withdrawn=N_("Withdrawn"),
    lapsed=N_("Lapsed without an answer"),
)
describe(
    AttendanceMode,
    day=N_("Day pupil"),
    boarding=N_("Boarding"),
    lodging=N_("Lodging"),
    home=N_("Home-delivered teaching"),
    other=N_("Other mode of attendance"),
)
describe(
    LrcKind,
    not_lrc=N_("Not learning in a regular class"),
    visual=N_("Visual, in a regular class"),
    hearing=N_("Hearing, in a regular class"),
    intellectual=N_("Intellectual, in a regular class"),
    other=N_("Other disability, in a regular class"),
)

"""Writing for the family: letters of invitation, access, entering by a letter, answers to a plan.

The guardianship (children's table) says who may see; the sight of the file follows it and is kept here in step.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import select

from app.access import SYSTEM, Actor, Grant, Permission, Role, require
from app.accounts import passwords
from app.accounts.actions import (
    close_sessions,
    grant_role,
    make_link,
    make_user,
    revoke_link,
    revoke_links,
    set_password,
    use_link,
)
from app.accounts.models import LinkPurpose, OneUseLink, RoleGrant, User
from app.children.actions.family import open_to_member
from app.children.actions.handed_out import end_handed_out
from app.children.models import Child, Guardian, Guardianship
from app.children.sight import end_sight, give_sight, require_write
from app.children.timeline import tell
from app.children.types import EventKind, SightKind
from app.db import audit, db
from app.family import queries
from app.family.models import FamilyAnswer
from app.family.rules.invitations import INVITATION_DAYS
from app.kernel import clock
from app.kernel.problems import N_, S_, Problem, Refused
from app.placements.types import Agreement

BECAUSE = "guardianship"
LONGEST_COMMENT = 2000


def guardian_to_invite(actor: Actor, child: Child, guardianship_id: uuid.UUID) -> Guardian:
    """The guardian of a child in sight to whom a letter may be made. Raises NotFound, or Refused when this person may
    not see the child's page."""
    require(actor, Permission.FAMILY_INVITE)
    require_write(actor, child)
    link, guardian = queries.members.get_member(child.id, guardianship_id)
    if not link.may_see:
        raise Refused(
            Problem(
                "no_access",
                N_("%(name)s may not see this child's page. Give access first, then make the letter."),
                {"name": guardian.name},
            )
        )
    return guardian


def make_invitation(actor: Actor, child: Child, guardianship_id: uuid.UUID, token: str, now: datetime) -> OneUseLink:
    """Let the secret of a printed letter count from now on; letters before it end. The token is kept nowhere.

    Raises what `guardian_to_invite` raises.
    """
    require(actor, Permission.FAMILY_INVITE)
    require_write(actor, child)
    guardian = guardian_to_invite(actor, child, guardianship_id)
    revoke_links(LinkPurpose.GUARDIAN_INVITATION, child_id=child.id, guardian_id=guardian.id)
    return make_link(
        actor,
        LinkPurpose.GUARDIAN_INVITATION,
        days=INVITATION_DAYS,
        guardian_id=guardian.id,
        child_id=child.id,
        token=token,
        now=now,
    )[0]


def revoke_invitation(actor: Actor, child: Child, link_id: uuid.UUID) -> None:
    """Take one letter back; used and old ones stay as they are. Raises NotFound."""
    require(actor, Permission.FAMILY_INVITE)
    require_write(actor, child)
    row = queries.members.get_letter(child.id, link_id)
    if revoke_link(row):
        audit.record(actor, "revoke_invitation", "one_use_link", row.id, child_id=child.id)
        db.session.flush()


def revoke_entry(actor: Actor, child: Child, guardianship_id: uuid.UUID) -> int:
    """The phone is lost: end the guardian's sessions, forget the password, take open letters back, at once.

    Return the number of sessions ended. A new letter lets the guardian in again. Raises NotFound.
    """
    require(actor, Permission.FAMILY_INVITE)
    require_write(actor, child)
    _link, guardian = queries.members.get_member(child.id, guardianship_id)
    revoke_links(LinkPurpose.GUARDIAN_INVITATION, child_id=child.id, guardian_id=guardian.id)
    ended, user = 0, queries.members.find_user_of(guardian.id)
    if user is not None:
        set_password(user, None)
        ended = close_sessions(SYSTEM, user.id)
    audit.record(actor, "revoke_entry", "guardian", guardian.id, child_id=child.id, sessions=ended)
    db.session.flush()
    return ended


def set_access(actor: Actor, child: Child, guardianship_id: uuid.UUID, may_see: bool, *, today: date) -> Guardian:
    """Let a family member see the child's page, or end it; both count from the next request. Raises NotFound."""
    require(actor, Permission.FAMILY_INVITE)
    require_write(actor, child)
    link, guardian = queries.members.get_member(child.id, guardianship_id)
    if link.may_see == may_see:
        return guardian
    open_to_member(link, may_see)
    if may_see:
        if queries.members.find_user_of(guardian.id) is not None:
            give_sight(child.id, SightKind.GUARDIAN, guardian.id, BECAUSE, on=today, because_id=link.id)
    else:
        end_sight(child.id, guardian.id, BECAUSE, on=today)
        end_handed_out(actor, child.id, guardian.id, today)
    audit.record(actor, "give_access" if may_see else "end_access", "guardianship", link.id, child_id=child.id)
    sentence = (
        S_("told.access_given", "%(name)s may see the family page.")
        if may_see
        else S_("told.access_ended", "%(name)s may no longer see the family page.")
    )
    tell(actor, child.id, EventKind.FAMILY, sentence, on=today, name=guardian.name)
    db.session.flush()
    return guardian


# --- the guardian ---------------------------------------------------------------------------------------------------


def still_invited(link: OneUseLink, today: date) -> bool:
    """True while the guardian of a letter may see its child; ending access ends the letter too."""
    person = Actor(None, "", grants=(Grant(Role.GUARDIAN),), guardian_id=link.guardian_id)
    return any(child.id == link.child_id for child in queries.own.list_own_children(person, today))


def use_invitation(link: OneUseLink, *, today: date) -> User:
    """Use a letter up and return the guardian's account, made now if there is none.

    Of two who try at once one gets in. Raises Refused for a used letter, ended access or a disabled account.
    """
    use_link(link)
    guardian = db.session.get_one(Guardian, link.guardian_id)
    user = queries.members.find_user_of(guardian.id)
    if not still_invited(link, today) or user is not None and not user.active:
        raise Refused(Problem("link_over", N_("This letter is over. Ask the school for a new one.")))
    if user is None:
        user = make_user(
            SYSTEM,
            username=f"guardian-{guardian.id.hex[-8:]}",
            name=guardian.name,
            password=None,
            guardian_id=guardian.id,
            must_change=False,
        )
    live = db.session.scalar(
        select(RoleGrant.id).where(
            RoleGrant.user_id == user.id, RoleGrant.role == Role.GUARDIAN, RoleGrant.valid_to.is_(None)
        )
    )
    if live is None:
        grant_role(SYSTEM, user, Role.GUARDIAN, on=today)
    _open_files(guardian.id, today)
    audit.record(Actor(user.id, user.name), "use_invitation", "one_use_link", link.id, child_id=link.child_id)
    db.session.flush()
    return user


def _open_files(guardian_id: uuid.UUID, today: date) -> None:
    """Sight of every child whose living guardianship lets this person see it."""
    for link in db.session.scalars(
        select(Guardianship).where(
            Guardianship.guardian_id == guardian_id, Guardianship.may_see, Guardianship.valid_to.is_(None)
        )
    ):
        give_sight(link.child_id, SightKind.GUARDIAN, guardian_id, BECAUSE, on=today, because_id=link.id)


def choose_password(actor: Actor, password: str) -> None:
    """Set the first password of a guardian who came by a letter. Raises Refused for a weak one or a second first."""
    require(actor, Permission.FAMILY_READ)
    user = db.session.get_one(User, actor.user_id)
    if user.password_hash is not None:
        raise Refused(Problem("has_password", N_("You have a password already."), field="password"))
    passwords.check(password, (user.username, user.name))
    set_password(user, passwords.make_hash(password))
    audit.record(actor, "choose_password", "user", user.id)
    db.session.flush()


def answer_plan(
    actor: Actor, child_id: uuid.UUID, version_id: uuid.UUID, answer: Agreement, comment: str, *, today: date
) -> FamilyAnswer:
    """Keep what a guardian says about the plan of an own child; the newest answer counts, none is ever changed.

    Raises NotFound for another child, Refused when the version is neither the current one nor to come, when words are
    missing beside "partly" or "disagree", or when they are too long.
    """
    require(actor, Permission.FAMILY_READ)
    child = queries.own.get_own_child(actor, child_id, today)
    versions = queries.versions.list_own_versions(child.id)
    version = next((v for v in queries.versions.open_to_answer(versions, today) if v.id == version_id), None)
    if version is None:
        if any(queries.versions.ended_of(v, today) for v in versions if v.id == version_id):
            raise Refused(
                Problem(
                    "plan_ended",
                    N_(
                        "This plan has ended; it needs no answer any more. If you want to "
                        "tell us something, talk with the teacher."
                    ),
                )
            )
        raise Refused(
            Problem("plan_changed", N_("The plan has changed since you opened this page. Read it again, then answer."))
        )
    words = comment.strip()
    if answer != Agreement.AGREE and not words:
        raise Refused(
            Problem("words_missing", N_("Tell us in a few words what you do not agree with."), field="comment")
        )
    if len(words) > LONGEST_COMMENT:
        raise Refused(
            Problem(
                "words_long", N_("Write at most %(count)s characters."), {"count": LONGEST_COMMENT}, field="comment"
            )
        )
    guardian = db.session.get_one(Guardian, actor.guardian_id)
    row = FamilyAnswer(
        version_id=version.id,
        child_id=child.id,
        guardian_id=guardian.id,
        guardian_name=guardian.name,
        answer=answer,
        comment=words or None,
        channel="phone",
        at=clock.now(),
    )
    db.session.add(row)
    audit.record(actor, "answer_plan", "family_answer", row.id, child_id=child.id, answer=answer.value)
    tell(
        actor,
        child.id,
        EventKind.FAMILY,
        ANSWERED[answer],
        on=today,
        subject_id=version.id,
        name=guardian.name,
        number=version.number,
    )
    db.session.flush()
    return row


ANSWERED = {
    Agreement.AGREE: S_("told.plan_agreed", "%(name)s agrees with version %(number)s of the plan."),
    Agreement.PARTLY: S_("told.plan_agreed_partly", "%(name)s agrees in part with version %(number)s of the plan."),
    Agreement.DISAGREE: S_("told.plan_disagreed", "%(name)s does not agree with version %(number)s of the plan."),
}

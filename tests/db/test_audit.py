"""The chain of the audit trail: written with the change, verified row by row, every tampering found at its row."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import delete, insert, select, text, update

from app.access import SYSTEM
from app.db import audit, db, heads, vault
from app.db.audit import TABLE


def verify(head=None):
    with db.engine.connect() as connection:
        return audit.verify(connection, vault().audit_key, dict([head] if head else []))


def write(count: int, **detail) -> None:
    db.write()
    for n in range(count):
        audit.record(SYSTEM, "try", "thing", n=n, **detail)
    db.session.commit()


@pytest.mark.both_databases
def test_entries_are_numbered_and_hold(app_context):
    write(3, name="冉䶮一")
    write(2)
    assert verify()[0] == 5 and verify()[2] is None


@pytest.mark.both_databases
def test_an_entry_is_undone_with_its_change(app_context):
    db.write()
    audit.record(SYSTEM, "try", "thing")
    db.session.rollback()
    write(1)
    assert [row.verb for row in db.session.execute(select(TABLE))] == ["try"]
    assert verify()[2] is None


@pytest.mark.both_databases
@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET verb = 'x'", "DELETE FROM audit_entries"])
def test_the_database_refuses_to_change_it(app_context, statement):
    write(1)
    with pytest.raises(Exception, match="frozen"):
        db.session.execute(text(statement))


@pytest.fixture(scope="module")
def many() -> int:
    return 100_000


@pytest.fixture
def long_chain(app_context, many):
    """A hundred thousand rows, and the triggers gone so that somebody can tamper with the file."""
    db.write()
    for _ in range(many):
        audit.record(SYSTEM, "try", "thing")
    db.session.commit()
    db.write()
    for name in ("audit_entries_no_delete", "audit_entries_no_update"):
        db.session.execute(text(f"DROP TRIGGER {name}"))
    db.session.commit()


def test_every_tampering_is_found_at_the_right_row(long_chain, many):
    rows, head, broken = verify()
    assert (rows, broken) == (many, None)

    def tampered(statement):
        with db.engine.connect() as connection:
            connection.execute(statement)
            return audit.verify(connection, vault().audit_key, {many: head})[2]  # undone: never committed

    assert tampered(update(TABLE).where(TABLE.c.seq == 77_777).values(actor_name="someone else")).seq == 77_777
    assert tampered(update(TABLE).where(TABLE.c.seq == 5).values(detail={"x": 1})).seq == 5
    assert tampered(delete(TABLE).where(TABLE.c.seq == 31)).seq == 31
    assert tampered(update(TABLE).where(TABLE.c.seq == 10).values(seq=200_000)).seq == 10
    assert tampered(delete(TABLE).where(TABLE.c.seq > many - 3)).seq == many
    assert verify((many, head))[2] is None


def test_a_row_slipped_in_at_the_end_is_found(long_chain, many):
    last = db.session.execute(select(TABLE).where(TABLE.c.seq == many)).mappings().one()
    with db.engine.connect() as connection:
        connection.execute(insert(TABLE), [{**last, "id": uuid.uuid4(), "seq": many + 1}])
        assert audit.verify(connection, vault().audit_key)[2].seq == many + 1


@pytest.fixture
def open_chain(app_context):
    """Five rows, and the guards gone so that somebody can write anything into the file."""
    write(5)
    db.write()
    for name in ("audit_entries_no_delete", "audit_entries_no_update"):
        db.session.execute(text(f"DROP TRIGGER {name}"))
    db.session.commit()


@pytest.mark.parametrize("column", ["detail", "at", "hash", "actor_id", "subject_id", "child_id", "verb", "actor_name"])
@pytest.mark.parametrize("garbage", ["'zzz'", "x'ff00fe'", "CAST(x'ff41' AS TEXT)", "''", "17", "-1.5"])
def test_garbage_in_a_row_is_told_in_words(app, open_chain, column, garbage):
    db.write()
    db.session.execute(text(f"UPDATE audit_entries SET {column} = {garbage} WHERE seq = 3"))
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert done.exit_code == 1 and done.exception.__class__ is SystemExit
    assert re.fullmatch(r"Row 3 is (unreadable|changed)\. The 2 rows before it hold\.\n", done.output), done.output


@pytest.mark.parametrize("garbage", ["'x'", "9223372036854775807", "-4", "3.5"])
def test_garbage_for_a_number_is_told_in_words(app, open_chain, garbage):
    db.write()
    db.session.execute(text(f"UPDATE audit_entries SET seq = {garbage} WHERE seq = 3"))
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (done.exit_code, done.exception.__class__) == (1, SystemExit) and "hold" in done.output


@pytest.mark.parametrize("head", ["zzz", "5", ":", "5:zz", "x:" + "0" * 64, "5:" + "0" * 63, "-1:" + "0" * 64, " ", ""])
def test_a_head_that_is_none_is_told_in_words(app, app_context, head):
    write(1)
    done = app.test_cli_runner().invoke(args=["audit", "verify", "--head", head])
    assert done.exit_code == 2 and "a head is a row's number" in done.output


@pytest.mark.parametrize("left", [4, 0])
@pytest.mark.parametrize("kept_by", [("audit", "verify"), ("audit", "head"), "worker"])
def test_a_cut_tail_and_an_emptied_trail_are_noticed_without_being_asked(app, open_chain, left, kept_by):
    heads.keep_todays(app) if kept_by == "worker" else app.test_cli_runner().invoke(args=[*kept_by])
    db.write()
    db.session.execute(delete(TABLE).where(TABLE.c.seq > left))
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert done.exit_code == 1 and f"Row 5 is missing. The {left} rows before it hold." in done.output
    assert "The end is cut off: the trail once had 5 rows" in done.output
    assert app.test_cli_runner().invoke(args=["audit", "head"]).exit_code == 1
    heads.keep_todays(app)
    assert max(heads.kept_heads()) == 5


def test_a_tail_written_anew_is_noticed(app, open_chain):
    assert app.test_cli_runner().invoke(args=["audit", "head"]).exit_code == 3
    db.write()
    db.session.execute(delete(TABLE).where(TABLE.c.seq > 3))
    db.session.commit()
    write(4, other=True)
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert done.exit_code == 1 and "Row 5 is changed" in done.output


def test_the_auditors_page_compares_too(app, open_chain, client, sign_in):
    sign_in("auditor")
    heads.keep_todays(app)
    last = max(heads.kept_heads())
    db.write()
    db.session.execute(delete(TABLE).where(TABLE.c.seq > last - 2))
    db.session.commit()
    page = client.submit("/audit", form="/audit/verify").get_data(as_text=True)
    assert "The end of the trail is missing" in page


def test_heads_lie_in_a_file_a_day_where_the_setting_says(app, app_context, tmp_path, time_machine):
    app.config["AUDIT_HEADS"] = str(tmp_path / "far" / "away")
    for day in (23, 23, 24):
        time_machine.move_to(f"2026-11-{day}T04:00:00+00:00", tick=False)
        write(1)
        app.test_cli_runner().invoke(args=["audit", "head"])
    assert {file.name: len(file.read_text().splitlines()) for file in (tmp_path / "far" / "away").iterdir()} == {
        "2026-11-23.txt": 2,
        "2026-11-24.txt": 1,
    }
    assert sorted(heads.kept_heads()) == [1, 2, 3]
    (tmp_path / "far" / "away" / "2026-11-25.txt").write_bytes(b"\xff\xfe nonsense")
    assert sorted(heads.kept_heads()) == [1, 2, 3]


def ask(app, *words):
    done = app.test_cli_runner().invoke(args=["audit", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize("command", ["verify", "head"])
def test_a_trail_whose_heads_were_taken_away_is_told(app, app_context, command):
    assert ask(app, command)[0] == 0  # nothing was written yet
    write(3)
    code, said = ask(app, command)
    assert code == 3 and "Warning: No head was kept earlier" in said
    assert ask(app, command)[0] == 0
    for file in heads._folder().iterdir():
        file.unlink()
    heads._folder().rmdir()
    assert ask(app, command)[0] == 3


@pytest.mark.parametrize("damage", [b"\xff\x00zzz", b"", b"5:zz\n", b"\n", "folder"])
@pytest.mark.parametrize("command", ["verify", "head"])
def test_a_damaged_file_of_heads_is_told_and_a_new_line_stands_by_itself(app, app_context, command, damage):
    write(3)
    ask(app, "head")
    file = next(heads._folder().iterdir())
    if damage == "folder":
        file.unlink()
        (file.parent / "2026-01-01.txt").mkdir()
    else:
        file.write_bytes(damage)
    code, said = ask(app, command)
    assert code == 3 and f"Warning: Not readable in {heads._folder()}: 20" in said
    assert sorted(heads.kept_heads()) == [3]  # kept anew


@pytest.mark.parametrize("command", ["verify", "head"])
def test_a_trail_that_is_not_there_is_told_in_words(app, app_context, command):
    db.write()
    db.session.execute(text("DROP TABLE audit_entries"))
    db.session.commit()
    code, said = ask(app, command)
    assert code == 1 and ("cannot be read" in said or "unreadable" in said)


def test_a_wrong_head_of_a_row_that_holds_is_not_a_changed_row(app, open_chain):
    ask(app, "head")
    code, said = ask(app, "verify", "--head", "5:" + "0" * 64)
    assert code == 1 and "The head given does not match row 5" in said and "changed" not in said
    code, said = ask(app, "verify", "--head", "6:" + "0" * 64)
    assert code == 1 and "Row 6 is missing" in said


def test_no_head_is_kept_of_a_row_without_a_number(app, open_chain):
    ask(app, "head")
    db.write()
    db.session.execute(text("UPDATE audit_entries SET seq = 'zz' WHERE seq = 5"))
    db.session.commit()
    code, said = ask(app, "head")
    assert code == 1 and "row zz is unreadable" in said
    assert ask(app, "verify")[0] == 1
    assert sorted(heads.kept_heads()) == [5] and not heads.damage()


@pytest.mark.parametrize("swapped", [True, False])
def test_a_row_under_another_id_is_found(open_chain, swapped):
    db.write()
    ids, fresh = dict(db.session.execute(text("SELECT seq, id FROM audit_entries")).all()), uuid.uuid4().hex
    for seq, new in ((4, fresh), (3, ids[4]), (4, ids[3])) if swapped else ((3, fresh),):
        db.session.execute(text("UPDATE audit_entries SET id = :new WHERE seq = :seq"), {"new": new, "seq": seq})
    db.session.commit()
    assert (verify()[0], verify()[2].seq, verify()[2].why) == (2, 3, "changed")


def test_rows_that_swapped_their_numbers_are_found(open_chain):
    db.write()
    for before, after in ((2, 99), (4, 2), (99, 4)):
        db.session.execute(
            text("UPDATE audit_entries SET seq = :after WHERE seq = :before"), {"before": before, "after": after}
        )
    db.session.commit()
    assert verify()[2].seq == 2


@pytest.fixture
def old_chain(app_context, monkeypatch):
    """Three rows of the first form of the chain, and two of today's."""
    real = audit._chained
    monkeypatch.setattr(audit, "_chained", lambda key, previous, entry, form=2: real(key, previous, entry, 1))
    write(3)
    monkeypatch.setattr(audit, "_chained", real)
    write(2)


@pytest.mark.both_databases
def test_a_chain_of_the_first_form_goes_on_in_the_second(old_chain):
    rows, _head, broken = verify()
    assert (rows, broken) == (5, None)
    with db.engine.connect() as connection:
        assert audit.begins_with(connection, vault().audit_key)


def test_no_row_of_the_first_form_follows_one_of_the_second(old_chain, monkeypatch):
    real = audit._chained
    monkeypatch.setattr(audit, "_chained", lambda key, previous, entry, form=2: real(key, previous, entry, 1))
    write(1)
    monkeypatch.setattr(audit, "_chained", real)
    assert verify()[2].seq == 6


def test_a_head_of_another_installation_is_told(app, open_chain):
    heads.keep_head(4, "ab" * 32)
    code, said = ask(app, "verify")
    assert code == 1 and "Row 4 is changed" in said and "is another installation's" in said
    assert ask(app, "head")[0] == 1


def test_a_clock_set_back_breaks_no_chain_and_keeps_every_head(app, app_context, time_machine):
    for day in (25, 23):
        time_machine.move_to(f"2026-11-{day}T04:00:00+00:00", tick=False)
        write(1)
        assert ask(app, "head")[0] in (0, 3)
    assert sorted(heads.kept_heads()) == [1, 2] and ask(app, "verify")[0] == 0


def test_the_auditors_page_walks_the_chain_while_no_lock_is_held(app, app_context, client, sign_in, monkeypatch):
    write(3)
    sign_in("auditor")
    locked, real = [], audit.verify
    monkeypatch.setattr(audit, "verify", lambda *told: locked.append(db.holds_lock) or real(*told))
    assert client.submit("/audit", form="/audit/verify").status_code == 200 and locked == [False]

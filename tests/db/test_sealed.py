"""Sealed columns: nothing in clear on the disk, no swapping, search by the whole number only, keys that rotate."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update

from app.children.models import Guardian
from app.db import db, vault
from app.db.rotation import forget, rotate, sealed_columns
from app.db.sealed import SealBroken, open_vault
from tests.support.databases import run_command

CANARY = "509999201703150012"


def make_guardian(number: str = CANARY, phone: str = "13800001234") -> Guardian:
    guardian = Guardian(name="冉秀英", document_number=number, phone=phone, address="郁山镇中井坝1组")
    db.session.add(guardian)
    return guardian


@pytest.fixture
def two(app_context):
    db.write()
    rows = make_guardian(), make_guardian("509999201508280022", "13900009999")
    db.session.commit()
    return rows


@pytest.mark.both_databases
def test_a_sealed_value_reads_back_and_is_not_stored_in_clear(app, session):
    db.write()
    row = make_guardian()
    session.commit()
    stored = session.execute(text("SELECT document_number_sealed, phone_sealed FROM guardians")).one()
    assert CANARY.encode() not in bytes(stored[0]) and b"13800001234" not in bytes(stored[1])
    session.expire_all()
    assert (row.document_number, row.phone, row.address) == (CANARY, "13800001234", "郁山镇中井坝1组")


def test_no_number_is_found_in_any_file_of_the_instance(app, two):
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in app.config["INSTANCE"].rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for clear in (CANARY, "13800001234", "中井坝"):
                assert clear.encode() not in content, path.name


def test_the_blind_index_finds_the_whole_number_whatever_its_width_and_case(two):
    found = db.session.scalars(select(Guardian.id).where(
        Guardian.document_number_blind == vault().blind("document", " ５０９９９９２０１７０３１５００１２"))).all()
    assert found == [two[0].id]


def test_a_number_of_another_kind_has_another_index(app_context):
    assert vault().blind("document", CANARY) != vault().blind("student_number", CANARY)


def test_two_equal_values_do_not_look_alike(app_context):
    row = make_guardian().id
    assert vault().seal("guardians", "phone", row, "1") != vault().seal("guardians", "phone", row, "1")


def test_a_value_moved_to_another_row_or_column_does_not_open(two):
    first, second = two
    sealed = db.session.scalar(select(Guardian.phone_sealed).where(Guardian.id == first.id))
    db.write()
    db.session.execute(update(Guardian).where(Guardian.id == second.id).values(phone_sealed=sealed))
    db.session.execute(update(Guardian).where(Guardian.id == first.id).values(address_sealed=sealed))
    db.session.commit()
    db.session.expire_all()
    with pytest.raises(SealBroken):
        _ = second.phone
    with pytest.raises(SealBroken):
        _ = first.address


def test_the_key_file_is_for_its_owner_only_and_a_second_start_keeps_it(tmp_path):
    path = tmp_path / "deep/keys.json"
    first = open_vault(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert open_vault(path).content == first.content


def test_every_sealed_column_is_known_to_the_rotation(app_context):
    assert ("guardians", "document_number") in sealed_columns()
    assert ("children", "document_number") in sealed_columns()
    assert len(sealed_columns()) == len(set(sealed_columns())) >= 10


def test_rotation_seals_every_value_anew_and_the_old_key_is_forgotten_when_told(app, two):
    run_command(app, "keys", "rotate")
    numbers = {int.from_bytes(bytes(value)[:2], "big") for value in db.session.scalars(select(Guardian.phone_sealed))}
    assert numbers == {2} and list(vault().content["seal"]) == ["1", "2"]
    assert "Forgot 1 old keys" in run_command(app, "keys", "forget")
    assert list(vault().content["seal"]) == ["2"]
    db.session.expire_all()
    assert two[0].document_number == CANARY


def test_a_process_that_runs_through_a_rotation_takes_the_new_key_by_itself(app, two):
    running = open_vault(vault().path)
    run_command(app, "keys", "rotate")
    row = db.session.execute(select(Guardian.id, Guardian.phone_sealed).where(Guardian.id == two[0].id)).one()
    assert running.open("guardians", "phone", row.id, bytes(row.phone_sealed)) == "13800001234"
    assert running.seal("guardians", "phone", row.id, "1")[:2] == b"\x00\x02"


def test_a_key_is_not_forgotten_while_a_late_writer_used_it(app, two):
    late = vault().seal("guardians", "phone", two[0].id, "13700005555")
    run_command(app, "keys", "rotate")
    db.write()
    db.session.execute(update(Guardian).where(Guardian.id == two[0].id).values(phone_sealed=late))
    db.session.commit()
    assert "1 values still carry an old key" in run_command(app, "keys", "forget", fails=True)
    run_command(app, "keys", "rotate")
    assert list(vault().content["seal"]) == ["1", "2"]
    run_command(app, "keys", "forget")
    db.session.expire_all()
    assert two[0].phone == "13700005555"


def test_a_rotation_stopped_in_the_middle_leaves_all_readable_and_goes_on(app, two):
    class Stopped(Exception):
        pass

    def stop(text_):
        if text_.startswith("guardians"):
            raise Stopped

    with pytest.raises(Stopped):
        rotate(batch=1, say=stop)
    db.session.rollback()
    db.session.expire_all()
    assert [row.document_number for row in two] == [CANARY, "509999201508280022"]
    rotate(batch=1)
    assert forget() == [1] and list(vault().content["seal"]) == ["2"]
    db.session.expire_all()
    assert [row.phone for row in two] == ["13800001234", "13900009999"]

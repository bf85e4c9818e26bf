"""Sealed columns: AES-256-GCM with the key's id in the value, bound to table, column and row; a keyed blind index.

A sealed value is `key id (2 bytes) || nonce (12) || cipher text and tag`. The additional data is `table|column|row id`,
so a value moved to another row or column does not open. The blind index is HMAC-SHA-256 with a different key over the
normalised text, cut to 16 bytes: it answers "is it this number?" and nothing else.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
import unicodedata
import uuid
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from flask import current_app

if TYPE_CHECKING:
    from app.db.base import Base

LOOK_EVERY = 1.0
"""Seconds after which a running process asks again whether its keys were rotated."""


class SealBroken(Exception):
    """A sealed value does not open: the key is missing, or the value was changed or moved."""

    tells_no_child = True  # the column and the row, which the administrator needs: the log keeps them


class Vault:
    """The keys of one installation. Made by `open_vault`; knows no database."""

    def __init__(self, path: Path, content: dict):
        self.path = path
        self._take(content)
        self._blind_key = base64.b64decode(content["blind"])
        self.audit_key = base64.b64decode(content["audit"])
        self.cookie_key = base64.b64decode(content["cookie"])

    def _take(self, content: dict) -> None:
        ciphers = {int(k): AESGCM(base64.b64decode(v)) for k, v in content["seal"].items()}
        # One assignment: a thread that seals meanwhile sees the old keys or the new ones, never half of each.
        self._keys = int(content["active"]), ciphers
        self.content, self._looked = content, time.monotonic()
        self._mark = _mark(self.path)

    def _look_again(self) -> None:
        """Take new keys from the file when another process has rotated them."""
        self._looked = time.monotonic()
        if _mark(self.path) != self._mark:
            self._take(json.loads(self.path.read_text()))

    def newest(self) -> tuple[int, dict[int, AESGCM]]:
        """The number of the key that seals now, and all ciphers by number."""
        if time.monotonic() - self._looked > LOOK_EVERY:
            self._look_again()
        return self._keys

    @property
    def active(self) -> int:
        """The number of the key that seals."""
        return self._keys[0]

    def still_seals(self, number: int) -> bool:
        """Whether this is the key that seals at this moment; asked before values that were sealed earlier are kept."""
        self._look_again()
        return self.active == number

    def seal(self, table: str, column: str, row: uuid.UUID | str, text: str) -> bytes:
        return self.seal_bytes(table, column, row, text.encode())

    def seal_bytes(self, table: str, column: str, row: uuid.UUID | str, content: bytes) -> bytes:
        """The same for bytes, for example of a file."""
        nonce, (active, ciphers) = os.urandom(12), self.newest()
        sealed = ciphers[active].encrypt(nonce, content, f"{table}|{column}|{row}".encode())
        return active.to_bytes(2, "big") + nonce + sealed

    def open(self, table: str, column: str, row: uuid.UUID, value: bytes) -> str:
        return self.open_bytes(table, column, row, value).decode()

    def open_bytes(self, table: str, column: str, row: uuid.UUID, value: bytes) -> bytes:
        """The bytes that were sealed. Raises SealBroken."""
        number = int.from_bytes(value[:2], "big")
        if number not in self._keys[1]:
            self._look_again()
        cipher = self._keys[1].get(number)
        if cipher is None:
            raise SealBroken(f"no key {number} for {table}.{column}")
        try:
            return cipher.decrypt(value[2:14], value[14:], f"{table}|{column}|{row}".encode())
        except InvalidTag:
            raise SealBroken(f"{table}.{column} of {row} was changed or moved") from None

    def blind(self, kind: str, text: str) -> bytes:
        """Return the 16-byte index of a number; `kind` (for example "resident_id") keeps kinds apart."""
        return self.blinder(kind)(text)

    def blinder(self, kind: str) -> Callable[[str], bytes]:
        """`blind` of one kind, for those who ask it of many numbers."""
        return _blinder(self._blind_key, kind)

    def sealer(self, table: str, column: str, most: int) -> Callable[[str, str | None], bytes | None]:
        """Return a function (row id with dashes, text) → sealed value, for at most `most` rows in one go.

        It does what `seal` does with one call for all nonces; empty text gives None. Not to be kept.
        """
        active, ciphers = self.newest()
        cipher, head, bound = ciphers[active].encrypt, active.to_bytes(2, "big"), f"{table}|{column}|"
        noise = os.urandom(12 * most)
        nonces = iter([noise[at : at + 12] for at in range(0, len(noise), 12)])

        def seal(row: str, text: str | None) -> bytes | None:
            if not text:
                return None
            nonce = next(nonces)
            return head + nonce + cipher(nonce, text.encode(), (bound + row).encode())

        return seal

    def add_key(self) -> int:
        """Add a key and make it the active one; old keys stay until no row needs them."""
        content = json.loads(self.path.read_text())
        number = max(map(int, content["seal"])) + 1
        content["seal"][str(number)], content["active"] = _fresh(), number
        _write(self.path, content)
        self._take(content)
        return number

    def drop_keys(self) -> list[int]:
        """Forget every key but the active one; the caller knows that no row needs them. Return their numbers."""
        content = json.loads(self.path.read_text())
        gone = sorted(int(number) for number in content["seal"] if int(number) != int(content["active"]))
        for number in gone:
            del content["seal"][str(number)]
        _write(self.path, content)
        self._take(content)
        return gone


def _mark(path: Path) -> tuple[int, int]:
    """What differs when the file was written anew: every writing makes a new file."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


@lru_cache(maxsize=32)
def _blinder(key: bytes, kind: str) -> Callable[[str], bytes]:
    begun = _begun(key, f"{kind}|".encode()).copy

    def blind(text: str) -> bytes:
        # Normalising plain ASCII changes nothing, and imports ask for hundreds of thousands of these.
        plain = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip().upper()
        hashed = begun()
        hashed.update(plain.encode())
        return hashed.finalize()[:16]

    return blind


@lru_cache(maxsize=40)
def _begun(key: bytes, start: bytes = b"") -> HMAC:
    """HMAC-SHA-256 with the key and the start of every message in it, to go on with in copies.

    Of the library that seals too: the standard library's takes twice as long, which a whole import feels (3 %).
    """
    begun = HMAC(key, SHA256())
    begun.update(start)
    return begun


def keyed_hash(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256 with a key."""
    hashed = _begun(key).copy()
    hashed.update(message)
    return hashed.finalize()


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError:  # no room: the keys stay as they were
        part.unlink(missing_ok=True)
        raise


def open_vault(path: Path) -> Vault:
    """Read the key file, or make it with fresh keys when there is none (mode 600)."""
    if not path.exists():
        fresh = {"active": 1, "seal": {"1": _fresh()}, "blind": _fresh(), "audit": _fresh(), "cookie": _fresh()}
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(f".{os.getpid()}.new")
        _write(part, fresh)
        try:
            os.link(part, path)  # fails when another process was first; then its keys count
        except FileExistsError:
            pass
        part.unlink()
    return Vault(path, json.loads(path.read_text()))


def vault() -> Vault:
    """The vault of the running application."""
    return current_app.extensions["yian.vault"]


class SealedField:
    """Plain attribute over `<name>_sealed` (and `<name>_blind` when `kind` is given) of a model."""

    registry: list[tuple[type, str]] = []

    def __init__(self, kind: str | None = None):
        self.kind = kind

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        SealedField.registry.append((owner, name))

    @overload
    def __get__(self, row: None, owner: type | None = None) -> SealedField: ...
    @overload
    def __get__(self, row: Base, owner: type | None = None) -> str | None: ...
    def __get__(self, row: Base | None, owner: type | None = None) -> SealedField | str | None:
        if row is None:
            return self
        value = getattr(row, f"{self.name}_sealed")
        if value is None:
            return None
        return vault().open(row.__tablename__, self.name, row.id, value)

    def __set__(self, row: Base, text: str | None) -> None:
        text = text or None
        sealed = None if text is None else vault().seal(row.__tablename__, self.name, row.id, text)
        setattr(row, f"{self.name}_sealed", sealed)
        if self.kind:
            setattr(row, f"{self.name}_blind", None if text is None else vault().blind(self.kind, text))


def opened(table: str, column: str, row: uuid.UUID, value: bytes | None) -> str | None:
    """A sealed value that was read without its object."""
    return None if value is None else vault().open(table, column, row, value)


def seal_values(table: str, row: uuid.UUID, values: dict[str, str | None], kinds: dict[str, str]) -> dict:
    """Return the columns of a bulk insert for sealed fields: `x` → `x_sealed` and, if named in `kinds`, `x_blind`."""
    box, columns = vault(), {}
    for name, text in values.items():
        columns[f"{name}_sealed"] = box.seal(table, name, row, text) if text else None
        if name in kinds:
            columns[f"{name}_blind"] = box.blind(kinds[name], text) if text else None
    return columns


def digest(text: str) -> str:
    """Hash of a reference token as it is stored (the token itself never is)."""
    return sha256(text.encode()).hexdigest()

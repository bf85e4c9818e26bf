"""Sealed columns: AES-256-GCM with the key's id in the value, bound to table, column and row; a keyed blind index.

A sealed value is `key id (2 bytes) || nonce (12) || cipher text and tag`. The additional data is `table|column|row id`,
so a value moved to another row or column does not open. The blind index is HMAC-SHA-256 with a different key over the
normalised text, cut to 16 bytes: it answers "is it this number?" and nothing else.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import unicodedata
import uuid
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app


class SealBroken(Exception):
    """A sealed value does not open: the key is missing, or the value was changed or moved."""


class Vault:
    """The keys of one installation. Made by `open_vault`; knows no database."""

    def __init__(self, path: Path, content: dict):
        self.path, self.content = path, content
        self._ciphers = {int(k): AESGCM(base64.b64decode(v)) for k, v in content["seal"].items()}
        self.active = int(content["active"])
        self._blind = base64.b64decode(content["blind"])
        self.audit_key = base64.b64decode(content["audit"])
        self.cookie_key = base64.b64decode(content["cookie"])

    def seal(self, table: str, column: str, row: uuid.UUID, text: str) -> bytes:
        return self.seal_bytes(table, column, row, text.encode())

    def seal_bytes(self, table: str, column: str, row: uuid.UUID, content: bytes) -> bytes:
        """The same for bytes, for example of a file."""
        nonce = os.urandom(12)
        sealed = self._ciphers[self.active].encrypt(nonce, content, f"{table}|{column}|{row}".encode())
        return self.active.to_bytes(2, "big") + nonce + sealed

    def open(self, table: str, column: str, row: uuid.UUID, value: bytes) -> str:
        return self.open_bytes(table, column, row, value).decode()

    def open_bytes(self, table: str, column: str, row: uuid.UUID, value: bytes) -> bytes:
        """The bytes that were sealed. Raises SealBroken."""
        cipher = self._ciphers.get(int.from_bytes(value[:2], "big"))
        if cipher is None:
            raise SealBroken(f"no key {int.from_bytes(value[:2], 'big')} for {table}.{column}")
        try:
            return cipher.decrypt(value[2:14], value[14:], f"{table}|{column}|{row}".encode())
        except InvalidTag:
            raise SealBroken(f"{table}.{column} of {row} was changed or moved") from None

    def blind(self, kind: str, text: str) -> bytes:
        """Return the 16-byte index of a number; `kind` (for example "resident_id") keeps kinds apart."""
        # Normalising plain ASCII changes nothing, and imports ask for hundreds of thousands of these.
        plain = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip().upper()
        return hmac.digest(self._blind, f"{kind}|{plain}".encode(), "sha256")[:16]

    def add_key(self) -> int:
        """Add a key and make it the active one; old keys stay until no row needs them."""
        number = max(self._ciphers) + 1
        self.content["seal"][str(number)] = _fresh()
        self.content["active"] = number
        _write(self.path, self.content)
        self.__init__(self.path, self.content)
        return number

    def drop_keys(self, keep: set[int]) -> list[int]:
        """Forget keys that no row uses any more; the active one always stays."""
        gone = sorted(set(self._ciphers) - keep - {self.active})
        for number in gone:
            del self.content["seal"][str(number)]
        _write(self.path, self.content)
        self.__init__(self.path, self.content)
        return gone


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(f".{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


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

    def __get__(self, row, owner=None):
        if row is None:
            return self
        value = getattr(row, f"{self.name}_sealed")
        if value is None:
            return None
        return vault().open(row.__tablename__, self.name, row.id, value)

    def __set__(self, row, text: str | None) -> None:
        text = text or None
        sealed = None if text is None else vault().seal(row.__tablename__, self.name, row.id, text)
        setattr(row, f"{self.name}_sealed", sealed)
        if self.kind:
            setattr(row, f"{self.name}_blind", None if text is None else vault().blind(self.kind, text))


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

"""The form of a sealed file: AES-256-GCM in chunks, so that memory never holds more than two of them.

`YIANATT1`, then chunks of 128 KiB, each with its tag of 16 bytes. Every file has a key of its own; the nonce is the
number of the chunk and whether it is the last, the additional data say which file it is. So nothing of a file can be
changed, moved, left out, repeated or cut off without being found.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"YIANATT1"
CHUNK = 128 * 1024
TAG = 16


class Broken(Exception):
    """A sealed file does not open: it is not there, or it was changed."""

    tells_no_child = True


def seal(source: IO[bytes], target: IO[bytes], key: bytes, bound: bytes) -> tuple[int, str, str]:
    """Write `source` (not empty) sealed to `target`. Return (bytes read, SHA-256 of them, SHA-256 of what was written);
    both in hex."""
    cipher, plain, written, size, number = AESGCM(key), sha256(), sha256(MAGIC), 0, 0
    target.write(MAGIC)
    chunk = source.read(CHUNK)
    while chunk:
        after = source.read(CHUNK)
        sealed = cipher.encrypt(_nonce(number, not after), chunk, bound)
        target.write(sealed)
        plain.update(chunk)
        written.update(sealed)
        size, number, chunk = size + len(chunk), number + 1, after
    return size, plain.hexdigest(), written.hexdigest()


def unseal(source: IO[bytes], key: bytes, bound: bytes) -> Iterator[bytes]:
    """The chunks of a sealed file. Raises Broken at the first that is not what was sealed."""
    if source.read(len(MAGIC)) != MAGIC:
        raise Broken("not a sealed file")
    cipher, number, chunk = AESGCM(key), 0, source.read(CHUNK + TAG)
    while True:
        after = source.read(CHUNK + TAG)
        try:
            plain = cipher.decrypt(_nonce(number, not after), chunk, bound)
        except (InvalidTag, ValueError):
            raise Broken(f"chunk {number} was changed") from None
        yield plain
        if not after:
            return
        number, chunk = number + 1, after


def sealed_size(size: int) -> int:
    """How many bytes a file has when it is sealed."""
    return len(MAGIC) + size + TAG * -(-size // CHUNK)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])

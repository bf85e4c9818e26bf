"""Every setting of Yian: name, type, meaning, default. All are read from the environment, nothing else is.

A test or a command may hand overrides to `load`; names are the same without the prefix, in upper case.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.kernel.clock import shift_of

LOOPBACK = ("localhost", "127.0.0.1", "::1")
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  to listen on, never to be asked for
ROOT = Path(__file__).resolve().parent.parent


def _flag(text: str) -> bool:
    return text.strip().lower() in {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Setting:
    name: str
    kind: Callable[[str], object]
    meaning: str
    default: object


SETTINGS = (
    Setting("INSTANCE", Path, "folder of the embedded database, the queue and caches", ROOT / "instance"),
    Setting("DATABASE_URL", str, "database; empty means SQLite in the instance folder", ""),
    Setting("REDIS_URL", str, "Redis for the queue of jobs; empty means a SQLite file", ""),
    Setting("KEYS", Path, "file of the secret keys; made at the first start", Path.home() / ".config/yian/keys.json"),
    Setting("AUDIT_HEADS", str, "folder for daily heads of the audit trail; empty means in the instance folder", ""),
    Setting("DEMO", _flag, "accept identity numbers of the never-issued area 509999 and show demo accounts", False),
    Setting("CLOCK", shift_of, "with DEMO only: the moment that now shall be, as in 2027-01-01T00:30", timedelta()),
    Setting("PLAIN_HTTP", _flag, "cookies without Secure, for a closed network without TLS only", False),
    Setting("TRUSTED_PROXIES", int, "number of reverse proxies whose X-Forwarded-* headers are believed", 0),
    Setting("PUBLIC_URL", str, "address printed on papers and in QR codes; empty means that of the request", ""),
    Setting("UPLOAD_MB", int, "largest upload in MiB", 40),
    Setting("ATTACHMENTS", str, "folder of the sealed files of attachments; empty means in the instance folder", ""),
    Setting("ATTACHMENT_MB", int, "largest attachment in MiB; several together are bounded by UPLOAD_MB", 20),
    Setting("CLAMD_SOCKET", str, "socket of the virus scanner clamd; empty means attachments are not scanned", ""),
    Setting("IDLE_MINUTES", int, "a session unused for so long ends", 30),
    Setting("PHONE_IDLE_HOURS", int, "the same for visiting teachers and guardians, in hours", 12),
    Setting("SESSION_HOURS", int, "every session ends after so many hours", 12),
    Setting("WORKERS", int, "job worker processes beside the web server", 1),
    Setting("SEARCH_APART", _flag, "timetables are searched in a process of their own beside the worker", True),
    Setting("QUICK", _flag, "pages go past slow paths of libraries; off they say the same, only slower", True),
    Setting("SEARCH_MOVES", int, "a timetable search ends after so many moves, not by the clock; 0: by the clock", 0),
)


def own_hosts(public_url: str, listens_on: str) -> frozenset[str]:
    """Names under which a request may ask for us: the public address; the machine itself; what we listen on as long as
    there is no public address."""
    public = urlsplit(public_url).hostname if public_url else listens_on.strip("[]").lower()
    return frozenset(name for name in (public, *LOOPBACK) if name and name not in EVERY_ADDRESS)


def load(overrides: Mapping[str, object] | None = None) -> dict[str, Any]:  # as Flask types its configuration
    """Return the Flask configuration: every setting under its own name, and what Flask itself needs."""
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = os.environ.get(f"YIAN_{setting.name}")
        values[setting.name] = setting.default if text in (None, "") else setting.kind(text)
    values.update(overrides or {})
    values["INSTANCE"] = Path(values["INSTANCE"]).resolve()
    values["KEYS"] = Path(values["KEYS"])
    if not values["DATABASE_URL"]:
        values["DATABASE_URL"] = f"sqlite:///{values['INSTANCE'] / 'yian.db'}"
    if not values["AUDIT_HEADS"]:
        values["AUDIT_HEADS"] = str(values["INSTANCE"] / "audit-heads")
    if not values["ATTACHMENTS"]:
        values["ATTACHMENTS"] = str(values["INSTANCE"] / "attachments")
    values["PRINTING"] = Path(values.get("PRINTING") or values["INSTANCE"] / "printing")
    values["OWN_HOSTS"] = own_hosts(str(values["PUBLIC_URL"]), os.environ.get("YIAN_HOST", ""))
    secure = not values["PLAIN_HTTP"]
    values.update(
        SESSION_COOKIE_NAME="__Host-sid" if secure else "sid",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=int(values["UPLOAD_MB"]) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BABEL_DEFAULT_LOCALE="zh_Hans",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "app/translations"),
        JSON_SORT_KEYS=False,
    )
    return values

"""Rights of the files that hold children's data: the folder 700, what lies in it 600, from the first start on.

What this process makes is its user's alone (umask); what an earlier version or somebody else left more open is mended
and said at each start.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def close_to_others(folder: Path, *files: Path, crowded: Path | None = None) -> tuple[list[Path], list[Path]]:
    """Make the folder, mend its rights, those of all in it and of `files`. Return (mended, could not be mended).

    Of a `crowded` folder only its folders are looked at: when they are closed, nobody reaches what lies in them, and
    looking at 90,000 files takes each start a second."""
    os.umask(0o077)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mended, open_still = [], []
    for path in (folder, *_inside(folder, crowded), *files):
        try:
            found = path.lstat()
            if stat.S_ISLNK(found.st_mode) or not found.st_mode & OTHERS:
                continue
            if found.st_uid != os.geteuid() or found.st_mode & stat.S_ISVTX:
                open_still.append(path)  # another user's, or a folder for everybody such as /tmp: not ours to change
                continue
            path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
            mended.append(path)
        except FileNotFoundError:
            continue  # what comes and goes while we look
        except OSError:
            open_still.append(path)
    return mended, open_still


def _inside(folder: Path, crowded: Path | None) -> Iterator[Path]:
    found = folder.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & stat.S_ISVTX:
        return
    for base, folders, files in os.walk(folder):
        yield from (Path(base) / name for name in (*folders, *files))
        if crowded is not None and Path(base) == crowded:
            folders.clear()

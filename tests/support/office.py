"""LibreOffice, as a person would open a file with it; script/test installs it."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

# Commas, double quotes, UTF-8: what its window offers for a file of ours; without a window it has to be told.
UTF8 = "44,34,76,1"
SHOWN = f"csv:Text - txt - csv (StarCalc):{UTF8}"


def opened(file: Path) -> list[list[str]]:
    """Open a .csv or .xlsx file in LibreOffice Calc; return the cells of its first sheet as they are shown there."""
    profile, into = file.parent / "office", file.parent / "opened"
    reading = [f"--infilter=CSV:{UTF8}"] if file.suffix == ".csv" else []
    done = subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation={profile.as_uri()}",
            *reading,
            "--convert-to",
            SHOWN,
            "--outdir",
            str(into),
            str(file),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    shown = into / f"{file.stem}.csv"
    assert shown.exists(), f"LibreOffice could not open {file.name}: {done.stdout}{done.stderr}"
    with shown.open(encoding="utf-8-sig", newline="") as cells:
        lines = list(csv.reader(cells))
    shown.unlink()
    return lines

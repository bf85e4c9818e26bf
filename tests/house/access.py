"""The reviewed table of access: `python -m tests.house.access` writes it from the house; read the difference before
you commit it. The test only compares."""

from __future__ import annotations

import json
from pathlib import Path

TABLE = Path(__file__).with_name("access.json")


def stated() -> dict[str, dict]:
    """Every page with its permission and every role with its permissions, as the house states them."""
    from app.access import PERMISSIONS
    from app.access.pages import NEEDS

    return {
        "pages": {endpoint: str(needs) for endpoint, needs in sorted(NEEDS.items())},
        "roles": {str(role): sorted(map(str, held)) for role, held in sorted(PERMISSIONS.items())},
    }


def reviewed() -> dict[str, dict]:
    """The same as it was read and agreed to."""
    return json.loads(TABLE.read_text(encoding="utf-8"))


def main() -> None:
    """Write the table anew."""
    import tempfile

    from app import create_app

    with tempfile.TemporaryDirectory() as folder:
        create_app({"INSTANCE": Path(folder), "KEYS": Path(folder) / "keys.json"})
        TABLE.write_text(json.dumps(stated(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

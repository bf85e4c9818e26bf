"""The form that takes a spreadsheet."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from app.imports.types import ImportKind
from app.web.forms import ChoiceField, Form


class NewImportForm(Form):
    """Kind of sheet and the file; its content, not its name, decides what it is."""

    kind = ChoiceField(_l("What is in the sheet"), kind=ImportKind)
    file = FileField(
        _l("Spreadsheet (.xlsx, .xls or .csv)"),
        [FileRequired(_l("Choose a file."))],
        render_kw={"accept": ".xlsx,.xls,.csv"},
    )

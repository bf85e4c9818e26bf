"""Writing imports: keeping the file, the preview, taking over."""

from app.imports.actions.applying import answer, ask_to_apply, give_back, give_up, run_apply
from app.imports.actions.discarding import discard
from app.imports.actions.handing import note_handed
from app.imports.actions.previewing import run_preview
from app.imports.actions.uploading import keep_file, upload

__all__ = [
    "answer",
    "ask_to_apply",
    "discard",
    "give_back",
    "give_up",
    "keep_file",
    "note_handed",
    "run_apply",
    "run_preview",
    "upload",
]

"""What is written about the list, and the merging of two files of one child."""

from app.files.actions.exports import note_export
from app.files.actions.merging import CHANGED, Merging, merge_files, undo_merge

__all__ = ["CHANGED", "Merging", "merge_files", "note_export", "undo_merge"]

"""Writing the child's file: opening it, its basics, the family, disabilities, home and safety, numbers shown."""

from app.children.actions.disabilities import add_diagnosis, change_disabilities
from app.children.actions.family import change_guardians
from app.children.actions.files import Changed, FileNumbers, change_basics, give_file_numbers, open_file
from app.children.actions.home import change_home, change_safety
from app.children.actions.lists import drop_filter, note_export, save_filter
from app.children.actions.numbers import purpose_problems, reveal

__all__ = [
    "Changed", "FileNumbers", "add_diagnosis", "change_basics", "change_disabilities", "change_guardians",
    "change_home", "change_safety", "drop_filter", "give_file_numbers", "note_export", "open_file", "purpose_problems",
    "reveal", "save_filter",
]

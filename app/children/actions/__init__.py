"""Writing the child's file: opening it, its basics, the family, disabilities, home and safety."""

from app.children.actions.disabilities import add_diagnosis, change_disabilities, follows_disabilities
from app.children.actions.family import change_guardians
from app.children.actions.files import Changed, FileNumbers, change_basics, give_file_numbers, open_file
from app.children.actions.handed_out import hands_out
from app.children.actions.home import change_home, change_safety
from app.children.actions.merging import lock_files, name_kept, part_files
from app.children.actions.numbers import purpose_problems, reveal, shows_number
from app.children.actions.taking import take_over, unchanged

__all__ = [
    "Changed",
    "FileNumbers",
    "add_diagnosis",
    "change_basics",
    "change_disabilities",
    "change_guardians",
    "change_home",
    "change_safety",
    "follows_disabilities",
    "give_file_numbers",
    "hands_out",
    "lock_files",
    "name_kept",
    "open_file",
    "part_files",
    "purpose_problems",
    "reveal",
    "shows_number",
    "take_over",
    "unchanged",
]

"""Visits as they take place: a teacher's week, records, what was given and is owed, attendance, papers, calendars.

A *record* tells what was given at a visit or why not. Planned and given stand side by side and neither is ever
overwritten: a correction is a new record that names the one it corrects.
"""

"""Home visits: teams, free times, timetables, the visits themselves, and what was given.

A *timetable* is one unit's month: draft → published (a new one supersedes it). A *visit* is planned; a *record* tells
what was given or why not. Planned and given stand side by side and neither is ever overwritten: a correction is a new
record that names the one it corrects. A *booking* is a teacher's or a child's time taken; two never overlap.
"""

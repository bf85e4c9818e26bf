"""A school ends or changes hands: closed, merged into another, given to another unit, with all that is at it.

Pupils, children meant for it, teachers, teams, ways, drafts of plans and timetables go along or are seen to first;
`facts.FATES` says of every table what becomes of it. Stands above all slices that keep something of a school.
"""

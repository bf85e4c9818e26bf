"""Doubles: two files, or a file and a row of a sheet, that may be one child.

`rules` decides, `search` finds the files it is asked about, `matches` says what a form may tell of them.
"""

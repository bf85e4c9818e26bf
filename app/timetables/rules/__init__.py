"""Rules of timetables."""

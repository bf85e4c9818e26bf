"""Writing timetables."""

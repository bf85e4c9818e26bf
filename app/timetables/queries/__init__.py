"""Reading timetables."""

"""The blueprint of timetables."""

from app.access import Pages

pages = Pages("timetables", "app.timetables.views")

"""Tests of the timetable engine."""

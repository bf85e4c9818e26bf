"""A district with a timetable, as the tests of visits have it."""

from tests.support.months import coordinator, district, make_timetable, published, teacher, visits_of

__all__ = ["coordinator", "district", "make_timetable", "published", "teacher", "visits_of"]

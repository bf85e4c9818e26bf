"""Reading schools, units, teachers, calendars and rules. Schools are no secret: every reader of schools sees all."""

from app.schools.queries.calendars import (
    calendar_facts,
    list_calendar_years,
    list_closures,
    list_terms,
    provisional_facts,
    provisional_years,
    teaching_calendar,
    term_on,
    working_calendar,
)
from app.schools.queries.closing import closing_problems, kind_problems, leaving_problems, moving_problems
from app.schools.queries.found import (
    count_schools,
    current_school,
    find_school,
    find_school_by_code,
    get_school,
    list_former_names,
    list_schools,
    list_successors,
    may_edit,
    possible_successors,
    school_choices,
    units_of_school,
)
from app.schools.queries.settings import (
    forget_rules,
    list_rules,
    managed_units,
    may_set,
    rule_history,
    rule_value,
    rule_values,
)
from app.schools.queries.teachers import find_teacher, get_teacher, list_teachers, teacher_labels
from app.schools.queries.units import (
    count_county_units,
    division_names,
    division_units,
    find_unit,
    find_unit_by_code,
    find_unit_by_name,
    get_unit,
    list_divisions,
    unit_choices,
    unit_names,
    unit_of_division,
    units_on,
)

__all__ = [
    "calendar_facts", "closing_problems", "count_county_units", "count_schools", "current_school", "division_names",
    "division_units", "find_school", "find_school_by_code", "find_teacher", "find_unit", "find_unit_by_code",
    "find_unit_by_name", "forget_rules", "get_school", "get_teacher", "get_unit", "kind_problems", "leaving_problems",
    "list_calendar_years", "list_closures", "list_divisions", "list_former_names", "list_rules", "list_schools",
    "list_successors", "list_teachers", "list_terms", "managed_units", "may_edit", "may_set", "moving_problems",
    "possible_successors", "provisional_facts", "provisional_years", "rule_history", "rule_value", "rule_values",
    "school_choices", "teacher_labels", "teaching_calendar", "term_on", "unit_choices", "unit_names",
    "unit_of_division", "units_of_school", "units_on", "working_calendar",
]

"""Reading plans. The actor comes first where children are chosen; functions by id are for callers who hold it."""

from app.plans.queries.lists import DUE_DAYS, EXPIRING_DAYS, count_plans, list_plans, list_units
from app.plans.queries.services import HomeService, list_home_services
from app.plans.queries.versions import (
    CheckedPaper,
    check_paper,
    find_force,
    find_last_version,
    fitting_curriculum,
    get_part,
    get_version,
    home_rule,
    list_provider_schools,
    list_versions,
    objectives_of,
    plan_in_force,
    read_version,
    rule_for,
    standing_on,
    view_of,
)
from app.plans.summary import PlainSummary, plain_summary

__all__ = [
    "CheckedPaper",
    "DUE_DAYS",
    "EXPIRING_DAYS",
    "HomeService",
    "PlainSummary",
    "check_paper",
    "count_plans",
    "find_force",
    "find_last_version",
    "fitting_curriculum",
    "get_part",
    "get_version",
    "home_rule",
    "list_home_services",
    "list_plans",
    "list_provider_schools",
    "list_units",
    "list_versions",
    "objectives_of",
    "plain_summary",
    "plan_in_force",
    "read_version",
    "rule_for",
    "standing_on",
    "view_of",
]

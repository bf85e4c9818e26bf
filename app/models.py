"""All tables, imported once so that the metadata is complete (application start, migrations, guards)."""

from app.accounts import models as accounts
from app.assessments import models as assessments
from app.attachments import models as attachments
from app.children import models as children
from app.db import audit
from app.family import models as family
from app.imports import models as imports
from app.jobs import models as jobs
from app.placements import models as placements
from app.plans import models as plans
from app.printing import models as printing
from app.repairs import models as repairs
from app.roads import models as roads
from app.roll import models as roll
from app.schools import models as schools
from app.steps import models as steps
from app.teams import models as teams
from app.timetables import models as timetables
from app.visits import models as visits
from app.web import models as web

__all__ = [
    "accounts",
    "assessments",
    "attachments",
    "audit",
    "children",
    "family",
    "imports",
    "jobs",
    "placements",
    "plans",
    "printing",
    "roll",
    "schools",
    "repairs",
    "roads",
    "steps",
    "teams",
    "timetables",
    "visits",
    "web",
]

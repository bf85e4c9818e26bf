"""Who may what: permissions (one enum), the actor (frozen, no ORM), policy (one table), pages that demand a permission.

Two gates: the permission of the page (403) and the scope of every query (404, so that existence is not leaked).
"""

from app.access.actor import SYSTEM, Actor, Grant, Role, nobody
from app.access.pages import Pages
from app.access.permissions import Permission
from app.access.policy import PERMISSIONS, require

__all__ = ["PERMISSIONS", "SYSTEM", "Actor", "Grant", "Pages", "Permission", "Role", "nobody", "require"]

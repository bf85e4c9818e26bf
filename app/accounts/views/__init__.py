"""Pages of accounts: signing in and out; people and access; the audit trail."""

from app.accounts.views import people, signing, trail  # noqa: F401  their pages register themselves
from app.accounts.views.pages import pages
from app.accounts.views.signing import ask_to_sign_in, enter, safe_next

__all__ = ["ask_to_sign_in", "enter", "pages", "safe_next"]

"""The blueprint of accounts."""

from app.access import Pages

pages = Pages("accounts", "app.accounts.views")

"""Users, sign-in, sessions, roles, one-use links.

A *user* is a person with an account; a *role grant* gives a role in a scope for a period; a *sign-in* is one live
session (a reference token, stored hashed); a *one-use link* lets a named person in once (first administrator,
guardian's invitation). Nobody is deleted: accounts are disabled.
"""

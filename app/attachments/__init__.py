"""Attachments: files bound to what they prove, sealed at rest, opened through the permission of what they are bound to.

An engine that knows no child. A slice says at setup what may carry attachments (`subjects.carries`); its own pages show
them with `attachments/_list.html`.
"""

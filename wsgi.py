"""The entry points: `granian --interface asginl wsgi:front`, which reads requests whole before a process is held; or
`wsgi:app` for any other WSGI server behind a proxy that does so."""

from app import create_app
from app.kernel.clean_log import install_hooks
from app.web.front import Front, Limits

app = create_app()
if not app.debug:
    install_hooks()
front = Front(app, Limits(largest=app.config["MAX_CONTENT_LENGTH"]))

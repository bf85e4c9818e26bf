"""The bare page that others are compared with: 50 rows through the SQLAlchemy ORM, rendered with Jinja."""

from __future__ import annotations

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import ForeignKey, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship

PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>x</title></head><body><table>
{% for child in children %}<tr><td>{{ child.name }}</td><td>{{ child.birth_on }}</td><td>{{ child.file_number }}</td>
<td>{{ child.unit.name }}</td></tr>{% endfor %}</table></body></html>"""


class Base(DeclarativeBase):
    pass


class Unit(Base):
    __tablename__ = "units"

    id: Mapped[str] = mapped_column(String, primary_key=True)
    name: Mapped[str]


class Child(Base):
    __tablename__ = "children"

    id: Mapped[str] = mapped_column(String, primary_key=True)
    name: Mapped[str]
    file_number: Mapped[str]
    birth_on: Mapped[str]
    sort_key: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    unit: Mapped[Unit] = relationship()


def bare_client(url: str):
    """A test client of the bare application on the same SQLite file."""
    engine, app = create_engine(url), Flask("bare")
    app.jinja_loader = DictLoader({"children.html": PAGE})

    @app.get("/")
    def children():
        with Session(engine) as session:
            rows = session.scalars(select(Child).options(joinedload(Child.unit)).order_by(Child.sort_key).limit(50))
            return render_template("children.html", children=rows.all())

    return app.test_client()

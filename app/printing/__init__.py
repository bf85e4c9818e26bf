"""Printing: an HTML document becomes a tagged PDF, the same one on every machine.

``types``      the words: Printed, Frame (what stands in the running header and footer)
``problems``   every reason why a paper is not printed
``fonts``      the font files, which characters they hold, the private font configuration
``guard``      what is looked at before layout: length, nesting, characters without a glyph
``worker``     the limited process that renders (``python -m app.printing.worker``)
``pool``       the worker processes: started on demand, watched, replaced
``engine``     ``render(html)``, the one way from HTML to PDF
``documents``  from a template and its context to HTML
``qr``         QR codes as inline SVG
``ahead``      papers of a page are typeset before the write lock is taken
``packets``    many papers in one file, each starting on a right-hand page

Invariants: nothing is fetched from outside the document; a character without a glyph is named at saving, and
where it was saved before that, 〓 and a note stand for it; the same HTML gives the same bytes.
"""

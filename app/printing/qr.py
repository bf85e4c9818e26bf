"""QR codes as inline SVG: drawn by the PDF itself, with a name for those who cannot see them."""

from __future__ import annotations

from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

import segno
from markupsafe import Markup

QUIET_ZONE = 4  # modules, ISO/IEC 18004


def qr_svg(address: str, title: str) -> Markup:
    """Return ``address`` as an SVG element with error correction M; ``title`` is read aloud instead of it.

    Raises ValueError when ``address`` is too long for any QR code.
    """
    code = segno.make_qr(address, error="m", boost_error=False)
    width, height = code.symbol_size(border=QUIET_ZONE)
    target = BytesIO()
    code.save(
        target, kind="svg", xmldecl=False, svgns=False, nl=False, border=QUIET_ZONE, omitsize=True, svgclass=None,
        lineclass=None, light="#fff",
    )  # fmt: skip
    drawing = target.getvalue().decode("ascii")
    inside = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")]
    # The font is named here because an inline SVG does not inherit the page's in print.
    return Markup(  # noqa: S704 - the title is escaped, the rest is drawn by segno
        f'<svg class="qr" role="img" aria-label={quoteattr(title)} viewBox="0 0 {width} {height}"'
        f' xmlns="http://www.w3.org/2000/svg" font-family="Noto Sans SC"><title>{escape(title)}</title>{inside}</svg>'
    )

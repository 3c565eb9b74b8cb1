"""QR codes as pictures that stand in a page."""

import io

from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str) -> SafeString:
    """The code as an inline SVG without a size of its own: dark on nothing, with the quiet zone that readers need.

    A quarter of it may be scratched off.
    """
    # Loaded when a card is printed: no page else needs it.
    import segno

    out = io.BytesIO()
    segno.make(text, error="q", micro=False, boost_error=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, dark="#000", light=None
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308  drawn by segno from modules

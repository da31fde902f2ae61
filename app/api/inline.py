"""The two executive pages of a card for a notebook, small enough to keep as output."""

import html
import re

_SECTIONS = ("page_one", "page_two")
_FONT = re.compile(r"@font-face\s*\{[^}]*\}")
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_AT_SECTION = re.compile(r'(?=<section id="\w+")')
_NAME = re.compile(r'<section id="(\w+)"')
_LINK = re.compile(r'<a class="(?:place|back)"[^>]* href="#([^"]*)"[^>]*>.*?</a>', re.DOTALL)
_ALLOWED = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
    "style-src 'unsafe-inline'\">"
)


def inline_card(page: str, title: str) -> str:
    """A frame with these sections, which runs no script, fetches nothing and leaves the notebook's styles alone.

    Args:
        page: The whole card as HTML; its fonts stay out, and the reader's own take their place.
        title: Of the frame.
    """
    head, *sections = _AT_SECTION.split(page[: page.index("</main>")])
    styles = _FONT.sub("", head[: head.index("<body")])
    kept = "".join(section for section in sections if (found := _NAME.match(section)) and found[1] in _SECTIONS)
    kept = _LINK.sub(lambda link: link[0] if f'id="{link[1]}"' in kept else "", kept)
    small = f'{_POLICY.sub(_ALLOWED, styles)}<body class="html"><main id="main">{kept}</main></body></html>'
    return (
        f'<iframe srcdoc="{html.escape(small, quote=True)}" title="{html.escape(title, quote=True)}" '
        'sandbox="allow-same-origin" style="width:100%;height:760px;border:0"></iframe>'
    )

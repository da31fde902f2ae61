"""The card as one HTML page that needs nothing beside it, and the page that the PDF is drawn from."""

import base64
from collections.abc import Callable, Mapping
from functools import cache, partial
from hashlib import sha256
from typing import Any, Literal

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from boletim.contracts.results.card import Card
from boletim.reports.page.context import Context, context_of
from boletim.reports.page.filters import Filters
from boletim.reports.page.glyphs import font_address, font_bytes, show_hidden, show_missing
from boletim.reports.page.section import sections
from boletim.reports.page.templates import template_source
from boletim.reports.page.words_on_page import is_printed, words_on

Medium = Literal["pdf", "html"]
_FRONT = ("page_one", "page_two", "contents")
_FACES = (
    ("Boletim Sans", 400, "sans"),
    ("Boletim Sans", 600, "sans_medium"),
    ("Boletim Mono", 400, "mono"),
    ("Boletim Wide", 400, "wide"),
)


def render_html(card: Card, language: str, medium: Medium = "html", attached: Mapping[str, str] | None = None) -> str:
    """The card as a page with its styles, fonts and charts inside.

    Args:
        card: What is drawn.
        language: Code of the reader's language.
        medium: `html` for browsers; `pdf` for the printed page, in which characters that no bundled font can draw
            are written as code points.
        attached: sha256 of each file attached to the PDF, by name.

    Raises:
        InputError: There is no such language, or its pack lacks a text.
    """
    context = context_of(card, language, attached)
    words = context.words
    environment = _environment(medium)
    drawn = []
    for section in sections():
        view = section.build(context)
        if view is not None:
            drawn.append({"template": section.source, "name": section.name, "view": view, "number": 0})
    body = [section for section in drawn if section["name"] not in _FRONT]
    for number, numbered in enumerate(body, 1):
        numbered["number"] = number
    return environment.get_template("card.html.j2").render(
        card=context.card,
        medium=medium,
        sections=drawn,
        body=body,
        code=words.code,
        t=words.text,
        numbers=words.numbers,
        style=Markup(_style(medium)),
        script=Markup(_script()) if medium == "html" else "",
        policy=_policy(medium),
        filters=_filters(context) if medium == "html" else None,
    )


def _policy(medium: Medium) -> str:
    """What a browser may do with the page: its own styles and script, known by their hashes; no network."""
    style, script = (base64.b64encode(sha256(part.encode()).digest()).decode() for part in (_style(medium), _script()))
    return (
        f"default-src 'none'; img-src data:; font-src data:; style-src 'sha256-{style}'; script-src 'sha256-{script}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _script() -> str:
    return template_source("screen.js")


def _filters(context: Context) -> Filters:
    name, columns = context.names.one, context.facts.groups
    groups = [(column, group) for column, counts in columns.items() for group in counts]
    return Filters(
        classes={f"c{place}": name(label) for place, label in enumerate(context.facts.labels)},
        groups={f"g{place}": context.scope_part(*group) for place, group in enumerate(groups)},
        group_names=[name(group) for _, group in groups],
    )


def _environment(medium: Medium) -> Environment:
    clean = show_missing if medium == "pdf" else show_hidden
    # autoescape=True and not select_autoescape(): that one does not know the ending .html.j2
    environment = Environment(
        loader=FunctionLoader(template_source),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=partial(_finalize, clean),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["printed_in"] = is_printed
    environment.filters["words_on"] = words_on
    return environment


def _finalize(clean: Callable[[str], str], value: Any) -> Any:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _style(medium: Medium) -> str:
    faces = [_face(*face, medium) for face in _FACES if medium == "pdf" or face[2] != "wide"]
    names = ("card.css", "print.css" if medium == "pdf" else "screen.css")
    return "\n".join([*faces, *(template_source(name) for name in names)])


def _face(family: str, weight: int, font: str, medium: Medium) -> str:
    """For the PDF an address that only its fetcher knows: a long data URI costs the CSS parser seconds."""
    if medium == "pdf":
        source = f"url({font_address(font)}) format('truetype')"
    else:
        content = base64.b64encode(font_bytes(font, "woff2")).decode("ascii")
        source = f"url(data:font/woff2;base64,{content}) format('woff2')"
    return f"@font-face{{font-family:'{family}';font-weight:{weight};src:{source}}}"

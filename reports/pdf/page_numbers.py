"""The page printed beside every reference is that of the finished layout.

WeasyPrint numbers references while it lays pages out, and keeps a number when a heading then moves to the next page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def wrong_numbers(pages: Sequence[Any]) -> dict[str, int]:
    """The right page of each target beside which another is printed; pages from 1.

    Args:
        pages: Of WeasyPrint's finished layout.
    """
    places: dict[str, int] = {}
    for number, page in enumerate(pages, 1):
        for name in page.anchors:  # of what goes over several pages, on each
            places.setdefault(name, number)
    return {
        target: places[target] for target, printed in _printed(pages) if target in places and places[target] != printed
    }


def numbers_as_style(numbers: Mapping[str, int]) -> str:
    """A user's style sheet that prints these pages beside the references to these targets."""
    rules = [
        f'a.place[href="#{target}"]::after, a.back[href="#{target}"]::after '
        f'{{ content: " (" attr(data-page) "\\a0 {number})" !important }}\n'
        f'.toc a[href="#{target}"]::after {{ content: leader(" . ") "{number}" !important }}'
        for target, number in numbers.items()
    ]
    return "\n".join(rules)


def _printed(pages: Sequence[Any]) -> Iterator[tuple[str, int]]:
    """Target and printed page of every reference that has one; one that breaks over lines has a box on each."""
    said: dict[int, tuple[str, str]] = {}
    for page in pages:
        for kind, target, _, box in page.links:
            if kind == "internal":
                key = id(box.element)
                said[key] = (target, said.get(key, ("", ""))[1] + _text(box))
    for target, words in said.values():
        if number := re.search(r"(?:\s(\d+)\)|\. (\d+)[ .]*)$", words):
            yield target, int(number[1] or number[2])


def _text(box: Any) -> str:
    return getattr(box, "text", "") + "".join(_text(child) for child in getattr(box, "children", ()))

"""A table stands in the order that its caption names."""

import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.page.layout import Table
from boletim.reports.page.section import sections

S: Any = type("Sample", (), runpy.run_path(str(Path(__file__).with_name("sample_sentences.py"))))


def tables(content: Any) -> Iterator[Table]:
    """All tables inside a view."""
    if isinstance(content, Table):
        yield content
    for inner in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from tables(inner)


ORDERS: dict[str, tuple[Callable[[Card], Card], tuple[str, ...], bool]] = {
    "performance.per_class": (S.same, ("f1",), True),
    "groups.per_group": (S.same, ("accuracy",), True),
    "groups.class_gaps": (S.same, ("recall_gap",), False),
    "groups.selection": (S.ratios, ("impact_ratio", "scoring_impact_ratio"), True),
    "groups.background": (S.backgrounds, ("roc_auc", "bpsn_auc", "bnsp_auc"), True),
    "groups.differences": (S.differences, ("recall_difference",), True),
    "groups.crossed_unjudged": (S.same, ("accuracy",), True),
}
"""Captions that name an order: a card, the figures of which the lowest of a row counts, and whether it rises."""


@pytest.mark.parametrize("key", ORDERS)
def test_a_table_stands_in_the_order_that_its_caption_names(card: Card, key: str) -> None:
    make, metrics, is_rising = ORDERS[key]
    context = context_of(make(card), "en")
    caption = context.text(key, column=context.names.column("gender"))
    section = next(one for one in sections() if one.name == key.split(".")[0])
    table = next(one for one in tables(section.build(context)) if f"{one.caption}. ".startswith(f"{caption}. "))
    places = [
        place for place, (title, _) in enumerate(table.columns) if title in {context.metric_name(m) for m in metrics}
    ]
    found = []
    for row in table.rows:
        shown = [number for place in places if (number := S.number(row[place])) is not None]
        found += [min(shown)] if shown else []
    assert len(found) > 1
    assert found == sorted(found, reverse=not is_rising)

"""The page on result files names every field that they hold, and none that they do not."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from boletim.contracts.answers.label_sets import LabelSetFacts
from boletim.contracts.answers.one_label import OneLabelFacts
from boletim.contracts.answers.question_answers import QuestionFacts
from boletim.contracts.answers.scored_texts import ScoreFacts
from boletim.contracts.answers.spans import SpanFacts
from boletim.contracts.record import Record
from boletim.contracts.results.audit import AuditResult, ProbeResults
from boletim.contracts.results.card import Card, GateOutcome
from boletim.contracts.results.cost import CostResult

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "results.md").read_text(encoding="utf-8")


def records(kind: Any, found: dict[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """A record and those inside it, by name."""
    for inner in get_args(kind):
        records(inner, found)
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not Record and kind.__name__ not in found:
        found[kind.__name__] = kind
        for field in kind.model_fields.values():
            records(field.annotation, found)
    return found


def known() -> Iterator[type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    for kind in (
        AuditResult,
        ProbeResults,
        CostResult,
        OneLabelFacts,
        LabelSetFacts,
        SpanFacts,
        ScoreFacts,
        QuestionFacts,
    ):
        records(kind, found)
    yield from (*found.values(), Card, GateOutcome)


@pytest.mark.parametrize("kind", known(), ids=lambda kind: kind.__name__)
def test_every_field_stands_under_its_records_heading(kind: type[BaseModel]) -> None:
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", sections[kind.__name__], re.MULTILINE)
    assert [name for name, _ in rows] == [field.alias or name for name, field in kind.model_fields.items()]
    assert all(len(meaning) > 5 for _, meaning in rows)


def test_the_page_names_the_schemas_that_are_written() -> None:
    for kind in (AuditResult, ProbeResults, CostResult, Card):
        assert f"`{kind.model_fields['schema_'].default}`" in PAGE

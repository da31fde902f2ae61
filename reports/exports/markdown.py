"""The Hugging Face model card: README.md with the figures as a model-index."""

import re
from collections.abc import Sequence
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from boletim.contracts.examples import answers_class
from boletim.contracts.measure import Measure
from boletim.contracts.results.card import Card
from boletim.reports.page.context import Context, context_of
from boletim.reports.page.glyphs import show_hidden
from boletim.reports.page.templates import template_source
from boletim.reports.views import page_one, page_two
from boletim.reports.views.changes import change_texts, judged_changes, outcome_badge, summary

_INDEXED = (
    "accuracy",
    "recall_micro",
    "precision_micro",
    "balanced_accuracy",
    "f1_macro",
    "f1_weighted",
    "mcc",
    "roc_auc_macro",
    "log_loss",
    "brier",
    "ece",
)
_HUB_NAMES = {
    "f1_macro": "f1",
    "f1_weighted": "f1",
    "mcc": "matthews_correlation",
    "roc_auc_macro": "roc_auc",
    "brier": "brier_score",
}
"""Names of the `evaluate` library, by which the hub knows these metrics."""
_HUB_LICENCES = {
    "apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "gpl-3.0", "lgpl-3.0", "agpl-3.0", "mpl-2.0", "cc0-1.0",
    "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "openrail", "bigscience-openrail-m", "unlicense",
}  # fmt: skip
_SHA256, _COMMIT = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{40}")
_SPECIAL = "\\`*_{}[]<>#|~&!"
_N_CHANGES = 20


def render_markdown(card: Card, language: str, files: Sequence[str] = ()) -> str:
    """README.md: metadata for the hub, then what pages one and two of the card say, and the figures.

    Args:
        card: What is written.
        language: Code of the reader's language.
        files: Names of those beside it that hold the whole card.

    Raises:
        InputError: There is no such language, or its pack lacks a text.
    """
    context = context_of(card, language)
    card = context.card
    environment = Environment(
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    measures = [m for m in (context.evidence.get(name) for name in _INDEXED) if m is not None and m.value is not None]
    metadata = yaml.safe_dump(_metadata(card, measures), sort_keys=False, allow_unicode=True, width=100)
    return environment.from_string(template_source("README.md.j2")).render(
        metadata=Markup(metadata),
        card=card,
        files=files,
        context=context,
        t=context.text,
        numbers=context.numbers,
        measures=measures,
        one=page_one.build(context),
        waivers=[
            f"{context.measure_name(gate.measure)}: {note}"
            for gate in card.gates
            if (note := page_one.waiver_note(context, gate))
        ],
        gates=page_one.short_gates(context, page_one.ranked_gates(card)),
        two=page_two.build(context),
        changes=_changes(context),
    )


def _changes(context: Context) -> dict[str, Any] | None:
    """Overall figures and what got worse, since the last card; None where there is none."""
    diff = context.card.changes
    if diff is None:
        return None
    listed = judged_changes(diff)[:_N_CHANGES]
    return {
        "badge": outcome_badge(context, diff),
        "summary": summary(context, diff),
        "rows": [[context.measure_name(change.id), *change_texts(context, change)] for change in listed],
    }


def _metadata(card: Card, measures: Sequence[Measure]) -> dict[str, Any]:
    """The block that the hub reads; without measures it has no model-index."""
    metadata: dict[str, Any] = {"language": card.language, "library_name": "transformers"}
    if card.provided.licence:
        metadata |= _licence(card.provided.licence)
    if card.model.base_model and card.model.base_revision:  # a folder's name would be read as a hub id
        metadata["base_model"] = _plain(card.model.base_model)
    pipeline = answers_class(card.audit.facts.kind).pipeline
    metadata |= {"pipeline_tag": pipeline, "tags": ["boletim", pipeline, "bias-audit"]}
    if measures:
        name = _plain(card.provided.title or card.name)
        results = {
            "task": {"type": pipeline, "name": pipeline.replace("-", " ").capitalize()},
            "dataset": _dataset(card),
            "metrics": [_metric(measure) for measure in measures],
        }
        metadata["model-index"] = [{"name": name, "results": [results]}]
    return metadata


def _dataset(card: Card) -> dict[str, str]:
    """The hub's data set by its id, subset, revision and own test split, where the data were one; else a name."""
    read = card.cleaning.source_sha256 if card.cleaning else {}
    source, version = next(iter(read.items())) if len(read) == 1 else ("", "")
    if not source or _SHA256.fullmatch(version):  # a file is known by its hash
        return {"type": "private", "name": _plain(str(card.data.get("source") or "test data")), "split": "test"}
    described = {"type": source, "name": source}
    if card.data.get("subset"):
        described["config"] = str(card.data["subset"])
    if _COMMIT.fullmatch(version):
        return described | {"revision": version}
    names = {part.partition(":")[0] for part in version.split("+")}
    return described | ({"split": "test"} if {"train", "test"} <= names else {})  # else this run made its own


def _licence(text: str) -> dict[str, str]:
    """The hub's own id where the text is one, else its `other` with the text as name."""
    code = text.strip().lower()
    return {"license": code} if code in _HUB_LICENCES else {"license": "other", "license_name": _plain(text)}


def _metric(measure: Measure) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "type": _HUB_NAMES.get(measure.metric, measure.metric),
        "name": measure.metric,
        "value": measure.value,
    }
    known = {"low": measure.low, "high": measure.high, "level": measure.level, "n": measure.n}
    return entry | {"args": {key: value for key, value in known.items() if value is not None}}


def _plain(text: str) -> str:
    return " ".join(show_hidden(text).split())


def _finalize(value: Any) -> Any:
    """Every text that is not ours is written so that Markdown and HTML leave it alone."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    plain = " ".join(show_hidden(value).split())
    return "".join(
        f"\\{char}" if char in _SPECIAL and char not in "<>&" else _ENTITIES.get(char, char) for char in plain
    )


_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}

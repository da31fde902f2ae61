"""What the model is, who answers for it, and what it is for."""

from typing import Any

from boletim.contracts.answers.question_answers import QuestionFacts
from boletim.contracts.answers.scored_texts import ScoreFacts
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Fact
from boletim.reports.page.section import Section

_MAX_LABELS = 40


def build(context: Context) -> dict[str, Any]:
    """Facts about the model from the run; the rest from the configuration."""
    return {
        "model": _model(context),
        "people": context.provided(["version", "owner", "contact", "authors", "licence", "citation", "distribution"]),
        "use": context.provided(["intended_use", "users", "affected_people", "out_of_scope"]),
        "control": context.provided(["risk_class", "oversight", "decision_rule"]),
    }


def _format(context: Context, weights: str | None) -> str | None:
    return None if weights is None else context.text(f"model.formats.{weights}")


def _told(context: Context, label: str) -> str:
    """The owner's name of a class, and the data's own where it is another."""
    name = context.names.one(label)
    return label if name == label else f"{name} ({label})"


def _model(context: Context) -> list[Fact]:
    model, count = context.card.model, context.numbers.count
    names = model.labels or context.facts.labels
    labels = ", ".join(_told(context, name) for name in names[:_MAX_LABELS]) + (
        " …" if len(names) > _MAX_LABELS else ""
    )
    facts: list[tuple[str, str | None, bool]] = [
        ("name", model.name, False),
        ("architecture", model.architecture, False),
        ("n_parameters", count(model.n_parameters) if model.n_parameters is not None else None, False),
        ("base_model", model.base_model, False),
        ("base_revision", model.base_revision, True),
        ("labels", f"{count(len(names))}: {labels}" if names else None, False),
        ("max_length", count(model.max_length) if model.max_length is not None else None, False),
        ("weights_format", _format(context, model.weights_format), False),
        ("sha256", model.sha256, True),
    ]
    if context.card.search is None:  # what a finished model was made from is nowhere said
        facts = [fact for fact in facts if fact[1] or fact[0] not in ("base_model", "base_revision")]
    if isinstance(context.facts.own, QuestionFacts | ScoreFacts):  # answers and scores have no classes
        facts = [fact for fact in facts if fact[0] != "labels"]
    unknown = context.text("facts.unknown")
    return [Fact(context.text(f"model.{key}"), text or unknown, is_code and bool(text)) for key, text, is_code in facts]


SECTION = Section("identity", "30_identity.html.j2", build)

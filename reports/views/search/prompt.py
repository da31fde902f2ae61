"""The prompt that makes a classifier of a language model, word for word, and what other prompts would have given."""

from typing import Any

from boletim.contracts.results.prompt import PromptFacts
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Fact, Table, make_table
from boletim.reports.page.section import Section


def build(context: Context) -> dict[str, Any] | None:
    """Template, facts and the prompts compared; None where nothing was asked."""
    prompt, compared = context.card.model.prompt, _compared(context)
    if prompt is None and compared is None:
        return None
    return {
        "lead": context.text("prompt.lead" if prompt is not None else "prompt.not_chosen"),
        "template": prompt.template if prompt is not None else "",
        "facts": _facts(context, prompt) if prompt is not None else [],
        "compared": compared,
        "note": context.text("prompt.compared_note") if compared is not None else "",
    }


def _facts(context: Context, prompt: PromptFacts) -> list[Fact]:
    number = context.numbers
    words = "; ".join(f"{context.names.one(label)}: {word!r}" for label, word in prompt.words.items())
    offsets = "; ".join(f"{context.names.one(label)} {number.number(by, 2)}" for label, by in prompt.offsets.items())
    taken_out = context.text(f"prompt.calibrations.{prompt.calibration}")
    if offsets:
        taken_out += " " + _by(context, prompt.slope, offsets)
    mass = number.with_n(prompt.label_mass) if prompt.label_mass is not None else context.text("facts.unknown")
    told = {
        "name": prompt.name,
        "words": words,
        "label_scores": context.text(f"prompt.rules.{prompt.label_scores}"),
        "shots": number.count(prompt.n_shots),
        "calibration": taken_out,
        "label_mass": mass,
    }
    facts = [Fact(context.text(f"prompt.{key}"), text, False) for key, text in told.items()]
    return [*facts, Fact(context.text("prompt.sha256"), prompt.sha256, True)]


def _by(context: Context, slope: float, offsets: str) -> str:
    if slope == 1.0:
        return context.text("prompt.plus", offsets=offsets)
    return context.text("prompt.times", slope=slope, offsets=offsets)


def _compared(context: Context) -> Table | None:
    """Accuracy and gaps of each prompt on the validation texts; None where there were not two."""
    accuracies = context.evidence.select("prompt_accuracy", "prompt")
    if len(accuracies) < 2:
        return None
    gaps = [m for m in context.card.audit.measures if m.metric == "prompt_accuracy_gap"]
    attributes = list(dict.fromkeys(m.scope["attribute"] for m in gaps))
    of = {(m.scope["attribute"], m.scope["prompt"]): m for m in gaps}
    columns = [
        (context.text("prompt.name"), "name"),
        (context.metric_name("prompt_accuracy"), "number"),
        *((context.text("prompt.gap_by", attribute=context.names.column(name)), "number") for name in attributes),
        (context.text("performance.n"), "number"),
    ]
    rows = [
        [
            Cell(m.scope["prompt"], "name"),
            Cell(context.numbers.figure(m), "number"),
            *(Cell(context.numbers.figure(of[name, m.scope["prompt"]]), "number") for name in attributes),
            Cell(context.numbers.count(m.n), "number"),
        ]
        for m in accuracies
    ]
    return make_table(context.text("prompt.compared"), columns, rows)  # type: ignore[arg-type]


SECTION = Section("prompt", "51_prompt.html.j2", build)

"""Answers to questions: how they were compared, by what is asked and by how long the text is."""

from typing import Any

from boletim.contracts.answers.question_answers import QuestionFacts
from boletim.contracts.measure import Measure
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.section import Section

_FIGURES = ("token_f1", "exact_match")


def build(context: Context) -> dict[str, Any] | None:
    """Notes on how answers were compared, and the tables; None where nothing was asked."""
    facts = context.own_facts(QuestionFacts)
    if not facts.language:
        return None
    return {
        "notes": _notes(context, facts),
        "tables": [
            table
            for table in (_sliced(context, "question_word"), _sliced(context, "context_words"))
            if table is not None
        ],
    }


def _notes(context: Context, facts: QuestionFacts) -> list[str]:
    count = context.numbers.count
    notes = _answered(context, facts)
    has_own_rule = context.evidence.get("token_f1_language") is not None
    notes.append(context.text("questions.two_rules" if has_own_rule else "questions.one_rule"))
    notes.append(
        context.text("questions.contexts", n=count(facts.n_contexts))
        if facts.n_contexts
        else context.text("questions.no_contexts")
    )
    if facts.n_moved or facts.n_absent:
        notes.append(context.text("questions.offsets", n_moved=count(facts.n_moved), n_absent=count(facts.n_absent)))
    key = "questions.ceiling" if facts.n_several else "questions.no_ceiling"
    return [*notes, *_threshold(context), context.text(key, n=count(facts.n_several))]


def _answered(context: Context, facts: QuestionFacts) -> list[str]:
    """How many questions have an answer, and how many of each sort were given one."""
    n, n_none = facts.n_answerable, facts.n_unanswerable
    if not n_none:
        return [context.text("questions.all_answerable", n=n, n_silent=facts.n_silent)]
    counts = {"n": n, "n_none": n_none, "n_silent": facts.n_silent, "n_talkative": facts.n_talkative}
    said = [context.text(f"questions.{key}", **counts) for key in ("counts", "silent")]
    of_all = {
        "n_none": n_none,
        "n_all": context.numbers.count(n + n_none),
        "share": context.numbers.percentage(n_none / (n + n_none)),
    }
    return [*said, context.text("questions.baseline", **of_all)]


def _threshold(context: Context) -> list[str]:
    """When a question is left without an answer, and what that did on validation; nothing of a file of predictions."""
    rule, numbers = context.card.model.no_answer, context.numbers
    if rule is None:
        return []
    on, bar = rule.chosen_on, rule.threshold
    if on is None:
        key = "questions.always_given" if bar is None else "questions.threshold_given"
        return [context.text(key, threshold=numbers.number(bar))]
    n, n_none = numbers.count(on.n_answerable + on.n_unanswerable), numbers.count(on.n_unanswerable)
    stated = [] if context.card.search is not None else [context.text("questions.threshold_stated")]
    if bar is None:
        return [context.text("questions.always", n=n, n_none=n_none), *stated]
    return [
        context.text("questions.threshold", threshold=numbers.number(bar), n=n),
        context.text(
            "questions.threshold_does",
            n_found=numbers.count(on.n_found),
            n_none=n_none,
            n_lost=numbers.count(on.n_lost),
            n_answerable=numbers.count(on.n_answerable),
            f1=numbers.number(on.token_f1),
            always=numbers.number(on.token_f1_always),
        ),
        *stated,
    ]


def _sliced(context: Context, key: str) -> Table | None:
    found = {metric: {m.scope[key]: m for m in context.evidence.select(metric, key)} for metric in _FIGURES}
    names = _ordered(key, found[_FIGURES[0]])
    if not names:
        return None
    columns = [
        (context.text(f"questions.{key}"), "name"),
        (context.text("questions.n"), "number"),
        *((context.metric_name(metric), "number") for metric in _FIGURES),
    ]
    rows = [
        [
            Cell(_said(context, key, name), "name"),
            Cell(context.numbers.count(found[_FIGURES[0]][name].n), "number"),
            *(
                Cell(
                    context.numbers.figure(found[metric][name]),
                    "number",
                    note=context.doubt(found[metric][name]),
                    is_muted=bool(found[metric][name].undefined_because),
                )
                for metric in _FIGURES
            ),
        ]
        for name in names
    ]
    return make_table(context.text(f"questions.by_{key}"), columns, rows)  # type: ignore[arg-type]


def _ordered(key: str, found: dict[str, Measure]) -> list[str]:
    """What is asked for from the lowest figure, those not judged last; lengths as they grow."""
    if key != "question_word":
        return list(found)
    return sorted(found, key=lambda name: (bool(found[name].undefined_because), found[name].value or 0.0))


def _said(context: Context, key: str, name: str) -> str:
    if key == "question_word":
        return context.text("questions.other") if name == "other" else name
    low, high = (context.numbers.count(int(end)) for end in name.split("-"))
    return low if low == high else context.text("questions.range", low=low, high=high)


SECTION = Section("questions", "64_questions.html.j2", build)

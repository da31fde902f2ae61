"""A comparison of models as people read it in a terminal."""

import textwrap
from collections.abc import Iterator, Sequence

from boletim.contracts.measure import Measure
from boletim.contracts.results.suggestion import Suggestion, Suggestions
from boletim.models.choosing.described import BATCH
from boletim.reports.page.words import Words

_WIDTH, _LONGEST_NAME = 110, 40
_COLUMNS = ("model", "language", "licence", "parameters", "memory", "longest", "pieces", "unknown", "cut")
_MOST_LANGUAGES = 4


def describe_suggestions(found: Suggestions, words: Words) -> str:
    """Table, groups, scores that others report, what was left out, and the block to paste."""
    parts = [_lead(found, words), _folded(words.text("suggest.order")), _table(found.models, words)]
    parts.append(_folded(words.text("suggest.legend", batch=BATCH)))
    parts += [part for part in (_groups(found.models, words), _reported(found.models, words)) if part]
    if found.left_out:
        named = [_folded(f"{name}: {why}", "  ") for name, why in found.left_out.items()]
        parts.append("\n".join([words.text("suggest.left_out"), *named]))
    return "\n\n".join([*parts, f"{words.text('suggest.paste')}\n{found.candidates.rstrip()}"])


def _lead(found: Suggestions, words: Words) -> str:
    known = {"task": found.task, "language": found.language, "n_models": len(found.models), "n": found.n_texts}
    if found.source:
        return _folded(words.text("suggest.own", source=found.source, **known))
    return _folded(words.text("suggest.starter", **known))


def _table(models: Sequence[Suggestion], words: Words) -> str:
    rows = [[words.text(f"suggest.head.{name}") for name in _COLUMNS]]
    rows += [list(_row(place, one, words)) for place, one in enumerate(models, 1)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _row(place: int, one: Suggestion, words: Words) -> Iterator[str]:
    unknown = words.text("suggest.none")
    yield f"{place}. {_short(one.model)}" + (f" ({words.text('suggest.pickle')})" if one.weights == "pickle" else "")
    stated = ", ".join(one.languages[:_MOST_LANGUAGES]) + (" …" if len(one.languages) > _MOST_LANGUAGES else "")
    yield stated or words.text("suggest.no_language")
    yield one.licence or unknown
    yield words.text("suggest.millions", value=one.n_parameters / 1e6) if one.n_parameters else unknown
    yield words.text("suggest.gigabytes", value=one.training_bytes / 1e9) if one.training_bytes else unknown
    yield words.numbers.count(one.longest)
    yield words.numbers.figure(one.pieces_per_word, 2)
    for share in (one.unknown_share, one.cut_share):
        yield words.numbers.percentage(share.value, 1) if share.value is not None else unknown


def _groups(models: Sequence[Suggestion], words: Words) -> str:
    lines = []
    for one in models:
        if one.by_group:
            lines.append(f"  {_short(one.model)}")
            lines += [_folded(_group(measure, words), "    ") for measure in one.by_group]
    return "\n".join([_folded(words.text("suggest.groups")), *lines]) if lines else ""


def _group(measure: Measure, words: Words) -> str:
    if "attribute" in measure.scope:
        return f"{measure.scope['attribute']}: " + words.text(
            "suggest.gap",
            most=measure.scope["most"],
            least=measure.scope["least"],
            figure=words.numbers.figure(measure, 2),
        )
    ((attribute, group),) = measure.scope.items()
    return f"{attribute} {group}: {words.numbers.with_n(measure, 2)}"


def _reported(models: Sequence[Suggestion], words: Words) -> str:
    lines = [
        _folded(words.text("suggest.score", model=_short(one.model), **score.model_dump()), "  ")
        for one in models
        for score in one.reported
    ]
    return "\n".join([words.text("suggest.reported"), *lines]) if lines else ""


def _short(model: str) -> str:
    """The end of a path, which tells one from another; a hub id whole."""
    parts = model.split("/")
    name = "/".join(parts[-2:]) if len(parts) > 2 else model
    return name if len(name) <= _LONGEST_NAME else f"…{name[-_LONGEST_NAME + 1 :]}"


def _folded(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )

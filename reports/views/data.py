"""The data: where from, what was removed, how labels and groups are spread, how long the texts are."""

from collections.abc import Mapping
from typing import Any

from boletim.contracts.answers.question_answers import QuestionFacts
from boletim.contracts.answers.spans import SpanFacts
from boletim.contracts.corpus import CleaningReport
from boletim.reports.card.anchors import CLEANING, DESCRIPTION
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Fact, Table, make_table
from boletim.reports.page.section import Section

_N_ROWS = 12
_SPLITS = ("train", "validation", "test")


def build(context: Context) -> dict[str, Any]:
    """Counts of the prepared data; for predictions made elsewhere only those of the test set."""
    cleaning = context.card.cleaning
    view: dict[str, Any] = {
        "facts": _facts(context),
        "provided": context.provided(
            ["data_provenance", "labelling", "representativeness", "group_provenance", "personal_data"]
        ),
        "tables": [],
        "is_prepared": cleaning is not None,
        "is_synthetic": context.card.synthetic,
    }
    if cleaning is None:
        view["tables"] = _test_groups(context)
        return view
    view["conflicts"] = context.text("data.conflicts", n=cleaning.label_conflicts)
    spread = [_labels(context, cleaning), *_groups(context, cleaning)]
    view["tables"] = [_rows(context, cleaning), *(table for table in spread if table), *_tokens(context, cleaning)]
    return view


def _facts(context: Context) -> list[Fact]:
    data, unknown = context.card.data, context.text("facts.unknown")
    names = [str(group.get("column")) for group in data.get("groups") or ()]
    # SQuAD's files have no such column, so nobody names one
    is_usual = isinstance(context.facts.own, QuestionFacts) and data.get("label") == "label"
    known = {
        "source": data.get("source"),
        "description": context.as_provided(text) if (text := data.get("description")) else None,
        "licence": data.get("licence"),
        "text": data.get("text"),
        "label": None if is_usual else data.get("label"),
        "groups": ", ".join(names) or context.text("facts.none"),
        "split": _split(context, data.get("split")),
    }
    if "split" not in data:  # a finished model's texts were not split here, and predictions have none
        known = {key: value for key, value in known.items() if value or key not in ("split", "text", "label")}
    return [
        Fact(
            context.text(f"data.facts.{key}"),
            str(value) if value else unknown,
            anchor=DESCRIPTION if key == "description" else "",
        )
        for key, value in known.items()
    ]


def _split(context: Context, split: Any) -> str | None:
    if not isinstance(split, Mapping):
        return context.text("data.split_given") if split == "given" else None
    shares = {key: context.numbers.percentage(split[key]) for key in ("validation", "test")}
    training = context.numbers.percentage(1 - split["validation"] - split["test"])
    text = context.text("data.split_shares", training=training, **shares)
    if split.get("stratify"):
        text += context.text("data.split_stratified")
    return text + context.text("data.split_by", column=split["by"]) if split.get("by") else text


def _rows(context: Context, cleaning: CleaningReport) -> Table:
    count = context.numbers.count
    columns = [(context.text("data.rows.what"), "text"), (context.text("data.rows.n"), "number")]
    rows: list[list[Cell | str]] = [[context.text("data.rows.read"), count(cleaning.n_rows_read)]]
    rows += [[_reason(context, "removed", key), f"−{count(n)}"] for key, n in cleaning.removed.items() if n]
    rows.append([Cell(context.text("data.rows.kept")), Cell(count(cleaning.n_rows_kept), "number")])
    rows += [[_reason(context, "changed", key), count(n)] for key, n in cleaning.changed.items() if n]
    idle = [_reason(context, "removed", key) for key in cleaning.not_removed]
    idle += [_reason(context, "changed", key) for key, n in cleaning.changed.items() if not n]
    more = context.text("data.rows.idle", names="; ".join(idle)) if idle else ""
    return make_table(context.text("data.rows.caption"), columns, rows, more=more, token="half", anchor=CLEANING)  # type: ignore[arg-type]


def _reason(context: Context, kind: str, key: str) -> str:
    return context.words.find(f"data.{kind}.{key}") or key.replace("_", " ")


def _labels(context: Context, cleaning: CleaningReport) -> Table | None:
    per_split = {split: cleaning.splits[split].get("labels", {}) for split in _SPLITS if split in cleaning.splits}
    return _spread(context, context.text("data.labels_caption"), context.text("data.label"), per_split)


def _groups(context: Context, cleaning: CleaningReport) -> list[Table | None]:
    columns = {name: None for split in cleaning.splits.values() for name in split.get("groups", {})}
    return [
        _spread(
            context,
            _groups_caption(context, column),
            context.names.column(column),
            {s: cleaning.splits[s].get("groups", {}).get(column, {}) for s in _SPLITS if s in cleaning.splits},
        )
        for column in columns
    ]


def _groups_caption(context: Context, column: str) -> str:
    """What is counted: examples, or the true entities that a column speaks of."""
    of_entities = column in context.own_facts(SpanFacts).entity_columns
    key = "data.groups_caption_entities" if of_entities else "data.groups_caption"
    return context.text(key, column=context.names.column(column))


def _spread(context: Context, caption: str, title: str, per_split: dict[str, dict[str, int]]) -> Table | None:
    names = {name: None for counts in per_split.values() for name in counts}
    ordered = sorted(names, key=lambda name: (-sum(counts.get(name, 0) for counts in per_split.values()), name))
    if not ordered:
        return None
    totals = {split: sum(counts.values()) for split, counts in per_split.items()}
    columns = [(title, "name"), *((context.text(f"data.splits.{split}"), "number") for split in per_split)]
    rows = [
        [
            Cell(_group_name(context, name), "name"),
            *(_share(context, counts.get(name, 0), totals[split]) for split, counts in per_split.items()),
        ]
        for name in ordered
    ]
    total = [Cell(context.text("data.total")), *(Cell(context.numbers.count(n), "number") for n in totals.values())]
    rows.insert(min(len(rows), _N_ROWS), total)
    return make_table(caption, columns, rows, token="spread dense", n_first=_N_ROWS + 1)  # type: ignore[arg-type]


def _share(context: Context, n: int, total: int) -> Cell:
    return Cell(f"{context.numbers.count(n)} ({context.numbers.share(n, total)})", "number")


def _group_name(context: Context, name: str) -> str:
    return context.names.one(name)


def _tokens(context: Context, cleaning: CleaningReport) -> list[Table]:
    if not cleaning.tokens:
        return []
    keys = ("max_length", "median", "p95", "max")
    columns = [
        (context.text("data.tokens.candidate"), "name"),
        (context.text("performance.n"), "number"),
        *((context.text(f"data.tokens.{key}"), "number") for key in (*keys, "n_truncated")),
    ]
    rows = [
        [
            Cell(name, "name"),
            Cell(context.numbers.count(int(entry["n"])) if "n" in entry else "–", "number"),
            *(Cell(context.numbers.number(float(entry[key]), 0) if key in entry else "–", "number") for key in keys),
            _share(context, int(entry.get("n_truncated", 0)), int(entry.get("n", 0))),
        ]
        for name, entry in cleaning.tokens.items()
    ]
    return [make_table(context.text("data.tokens.caption"), columns, rows)]  # type: ignore[arg-type]


def _test_groups(context: Context) -> list[Table]:
    groups: dict[str, dict[str, int]] = context.facts.groups
    tables = [
        _spread(
            context,
            _groups_caption(context, column),
            context.names.column(column),
            {"test": counts},
        )
        for column, counts in groups.items()
    ]
    return [table for table in tables if table]


SECTION = Section("data", "40_data.html.j2", build)

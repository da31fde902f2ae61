"""Measures of the sample card, from hand-chosen counts; `conftest.py` reads this file."""

from math import sqrt
from typing import Any

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import BOOTSTRAP, BOOTSTRAP_OF_BINS, DELONG, NEWCOMBE, NORMAL, WILSON

PROFESSIONS = ("accountant", "architect", "chef", "dentist", "journalist", "lawyer", "nurse", "surgeon", "teacher")
GROUPS = ("gender", "region")

# Per class: (n, right) for women, men and people of another gender; then the class most often answered instead.
COUNTS = {
    "accountant": ((58, 44), (96, 79), (4, 3), "lawyer"),
    "architect": ((52, 40), (118, 101), (3, 2), "lawyer"),
    "chef": ((47, 37), (73, 61), (2, 2), "teacher"),
    "dentist": ((81, 70), (102, 88), (5, 4), "surgeon"),
    "journalist": ((142, 119), (139, 115), (8, 7), "teacher"),
    "lawyer": ((128, 106), (201, 173), (6, 5), "journalist"),
    "nurse": ((188, 172), (31, 18), (3, 3), "surgeon"),
    "surgeon": ((66, 38), (241, 213), (2, 1), "nurse"),
    "teacher": ((176, 151), (121, 100), (9, 7), "journalist"),
}
REGIONS = {"centre": (611, 497), "north": (402, 321), "south": (1044, 881), "(missing)": (45, 34)}


def wilson(hits: int, n: int) -> tuple[float, float]:
    z = 1.959964
    middle, half = (hits + z * z / 2) / (n + z * z), z / (n + z * z) * sqrt(hits * (n - hits) / n + z * z / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def figure(metric: str, value: float | None, low: float | None, high: float | None, n: int, **more: Any) -> Measure:
    scope = more.pop("scope", {})
    level = 0.95 if low is not None else None
    return Measure(
        id=measure_id(metric, scope, GROUPS),
        metric=metric,
        value=value,
        low=low,
        high=high,
        level=level,
        n=n,
        scope=scope,
        **more,
    )


def share(metric: str, hits: int, n: int, scope: dict[str, str]) -> Measure:
    doubt = Reason.of("below_min_group", n=n, least=30) if n < 30 and scope else None
    return figure(metric, hits / n, *wilson(hits, n), n, scope=scope, method=WILSON, undefined_because=doubt)


def newcombe(low_hits: int, low_n: int, high_hits: int, high_n: int) -> tuple[float, float, float]:
    p1, p2 = high_hits / high_n, low_hits / low_n
    (l1, u1), (l2, u2) = wilson(high_hits, high_n), wilson(low_hits, low_n)
    low, high = p1 - p2 - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2), p1 - p2 + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return p1 - p2, max(0.0, low), high


def confusion() -> list[list[int]]:
    place = {label: index for index, label in enumerate(PROFESSIONS)}
    table = []
    for label, (*groups, taken_for) in COUNTS.items():
        n, hits = sum(g[0] for g in groups), sum(g[1] for g in groups)
        row = [0] * len(PROFESSIONS)
        row[place[label]] = hits
        others = [p for p in PROFESSIONS if p not in (label, taken_for)]
        wrong = n - hits
        row[place[taken_for]] = wrong - wrong * 2 // 5
        for step in range(wrong * 2 // 5):
            row[place[others[step % len(others)]]] += 1
        table.append(row)
    return table


def class_measures(table: list[list[int]]) -> list[Measure]:
    made = []
    for index, label in enumerate(PROFESSIONS):
        hits, n, answered = table[index][index], sum(table[index]), sum(row[index] for row in table)
        f1 = 2 * hits / (n + answered)
        scope = {"class": label}
        made += [
            share("precision", hits, answered, scope),
            share("recall", hits, n, scope),
            figure("f1", f1, f1 - 0.04, f1 + 0.035, n, scope=scope, method=BOOTSTRAP, unit="score"),
            figure("roc_auc", 0.9 + f1 / 12, 0.88 + f1 / 12, 0.915 + f1 / 12, 2102, scope=scope, method=DELONG),
            figure("support", float(n), None, None, n, scope=scope, unit="count"),
        ]
    return made


def group_measures() -> list[Measure]:
    made = []
    names = ("female", "male", "another")
    for label, (*groups, _) in COUNTS.items():
        made += [
            share("recall", hits, n, {"class": label, "gender": name})
            for name, (n, hits) in zip(names, groups, strict=True)
        ]
        (n_f, hits_f), (n_m, hits_m) = groups[:2]
        ends = sorted([(hits_f / n_f, hits_f, n_f), (hits_m / n_m, hits_m, n_m)])
        value, low, high = newcombe(*ends[0][1:], *ends[1][1:])
        p = 0.00004 if label == "surgeon" else 0.00001 if label == "nurse" else 0.31
        scope = {"class": label, "attribute": "gender"}
        made.append(
            figure("recall_gap", value, low, high, n_f + n_m, scope=scope, unit="difference", p=p, q=min(1.0, 3 * p))
        )
        made.append(figure("minimum_detectable_gap", 0.14, None, None, n_f + n_m, scope=scope, unit="difference"))
    for place, name in enumerate(names):
        n, hits = sum(c[place][0] for c in COUNTS.values()), sum(c[place][1] for c in COUNTS.values())
        made += [share("accuracy", hits, n, {"gender": name})]
        doubt = {"undefined_because": Reason.of("below_min_group", n=n, least=30)} if n < 30 else {}
        made += [
            figure("f1_macro", hits / n - 0.03, hits / n - 0.06, hits / n - 0.01, n, scope={"gender": name}, **doubt)
        ]
    for name, (n, hits) in REGIONS.items():
        made += [share("accuracy", hits, n, {"region": name})]
    for gender, region, n, hits in (
        ("female", "north", 171, 131),
        ("male", "north", 224, 186),
        ("another", "north", 7, 4),
        ("female", "south", 470, 394),
        ("male", "south", 553, 470),
        ("another", "south", 21, 17),
    ):
        made.append(share("accuracy", hits, n, {"gender": gender, "region": region}))
    return made


def gap_measures() -> list[Measure]:
    gender, region = {"attribute": "gender"}, {"attribute": "region"}
    unit = {"unit": "difference"}
    return [
        figure("recall_gap", 0.334, 0.161, 0.493, 219, scope=gender, method=NEWCOMBE, **unit),
        figure("accuracy_gap", 0.024, 0.0, 0.061, 2060, scope=gender, method=NEWCOMBE, p=0.11, q=0.22, **unit),
        figure("equalized_odds_difference", 0.334, 0.161, 0.493, 219, scope=gender, **unit),
        figure("demographic_parity_ratio", 0.24, 0.17, 0.33, 2060, scope=gender, unit="ratio"),
        figure("recall_gap_rms", 0.152, 0.104, 0.21, 2060, scope=gender, **unit),
        figure("accuracy_gap", 0.045, 0.004, 0.089, 2057, scope=region, p=0.04, q=0.11, **unit),
        figure(
            "recall_gap", None, None, None, 0, scope=region, undefined_because=Reason.of("few_groups", least=30), **unit
        ),
    ]


def overall_measures(table: list[list[int]]) -> list[Measure]:
    n = sum(map(sum, table))
    hits = sum(table[i][i] for i in range(len(table)))
    over = {"unit": "difference", "method": NEWCOMBE, "p": 0.0}
    return [
        share("accuracy", hits, n, {}),
        figure("balanced_accuracy", 0.818, 0.801, 0.834, n, method=BOOTSTRAP),
        figure("f1_macro", 0.819, 0.803, 0.835, n, method=BOOTSTRAP, unit="score"),
        figure("log_loss", 0.612, 0.577, 0.648, n, method=NORMAL, unit="nats", higher_is_better=False),
        figure("ece", 0.034, 0.022, 0.047, n, method=BOOTSTRAP_OF_BINS, unit="score", higher_is_better=False),
        figure("baseline_accuracy", 335 / n, *wilson(335, n), n, method=WILSON),
        figure("baseline_f1_macro", 0.031, 0.028, 0.033, n, method=WILSON, unit="score"),
        figure("accuracy_over_baseline", hits / n - 335 / n, 0.65, 0.69, n, **over),
    ]

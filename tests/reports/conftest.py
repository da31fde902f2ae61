"""A card with hand-chosen counts: nine professions, two group columns, a search, two probes, a curve."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import pytest

from boletim.contracts.card import Card, ModelFacts, Provenance
from boletim.contracts.config import CardConfig, GateConfig
from boletim.contracts.corpus import CleaningReport
from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.results import AuditResult, CurveDiagnosis, ProbeResult, ProbeResults
from boletim.contracts.search import CurvePoint, LearningCurve, SearchResult, TrainedModel, TrialRecord

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
    doubt = f"shown, not judged: {n} < min_group 30" if n < 30 and scope else None
    return figure(metric, hits / n, *wilson(hits, n), n, scope=scope, method="wilson", undefined_because=doubt)


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
            figure("f1", f1, f1 - 0.04, f1 + 0.035, n, scope=scope, method="bootstrap", unit="score"),
            figure("roc_auc", 0.9 + f1 / 12, 0.88 + f1 / 12, 0.915 + f1 / 12, 2102, scope=scope, method="delong"),
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
        doubt = {"undefined_because": f"shown, not judged: {n} < min_group 30"} if n < 30 else {}
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
        figure("recall_gap", 0.334, 0.161, 0.493, 219, scope=gender, method="newcombe", **unit),
        figure("accuracy_gap", 0.024, 0.0, 0.061, 2060, scope=gender, method="newcombe", p=0.11, q=0.22, **unit),
        figure("equalized_odds_difference", 0.334, 0.161, 0.493, 219, scope=gender, **unit),
        figure("demographic_parity_ratio", 0.24, 0.17, 0.33, 2060, scope=gender, unit="ratio"),
        figure("recall_gap_rms", 0.152, 0.104, 0.21, 2060, scope=gender, **unit),
        figure("accuracy_gap", 0.045, 0.004, 0.089, 2057, scope=region, p=0.04, q=0.11, **unit),
        figure("recall_gap", None, None, None, 0, scope=region, undefined_because="fewer than two groups", **unit),
    ]


def overall_measures(table: list[list[int]]) -> list[Measure]:
    n = sum(map(sum, table))
    hits = sum(table[i][i] for i in range(len(table)))
    over = {"unit": "difference", "method": "newcombe", "p": 0.0}
    return [
        share("accuracy", hits, n, {}),
        figure("balanced_accuracy", 0.818, 0.801, 0.834, n, method="bootstrap"),
        figure("f1_macro", 0.819, 0.803, 0.835, n, method="bootstrap", unit="score"),
        figure("log_loss", 0.612, 0.577, 0.648, n, method="normal", unit="nats", higher_is_better=False),
        figure("ece", 0.034, 0.022, 0.047, n, method="bootstrap of bins", unit="score", higher_is_better=False),
        figure("baseline_accuracy", 335 / n, *wilson(335, n), n, method="wilson"),
        figure("baseline_f1_macro", 0.031, 0.028, 0.033, n, method="wilson", unit="score"),
        figure("accuracy_over_baseline", hits / n - 335 / n, 0.65, 0.69, n, **over),
    ]


def disparity(label: str) -> Finding:
    """What the sample's numbers say of one class: the verdict follows from interval, margin 0.05 and q."""
    names = ("female", "male")
    ends = sorted((COUNTS[label][i][1] / COUNTS[label][i][0], *COUNTS[label][i], names[i]) for i in range(2))
    (low_value, low_n, low_hits, low_group), (high_value, high_n, high_hits, high_group) = ends
    gap, low, high = newcombe(low_hits, low_n, high_hits, high_n)
    verdict = "shown" if low > 0.05 else "insufficient evidence"
    values = {"class": label, "attribute": "gender", "gap": gap, "gap_low": low, "gap_high": high, "minimum": 0.14}
    values |= {"low_group": low_group, "low_value": low_value, "low_n": low_n}
    values |= {"high_group": high_group, "high_value": high_value, "high_n": high_n}
    return Finding(
        severity="high" if low > 0.1 else "medium" if verdict == "shown" else "info",
        kind="disparity",
        claim=f"Recall of {label} is {low_value:.2f} for {low_group} and {high_value:.2f} for {high_group}",
        verdict=verdict,
        measures=(f"recall_gap{{class={label},attribute=gender}}",),
        claim_key="recall_gap_shown" if verdict == "shown" else "recall_gap_open",
        values=values,
    )


def findings() -> tuple[Finding, ...]:
    return (
        *(disparity(label) for label in COUNTS),
        Finding(
            severity="info",
            kind="calibration",
            claim="The scores can be read as probabilities",
            verdict="shown absent",
            measures=("ece",),
            claim_key="calibration_good",
            values={"ece": 0.034, "low": 0.022, "high": 0.047},
        ),
        Finding(
            severity="medium",
            kind="overfitting",
            claim="Learning curve: overfitting",
            verdict="shown",
            measures=(),
            claim_key="curve_loss_rises",
            values={"diagnosis": "overfitting", "rise": 0.162, "lowest": 0.58, "step": 750, "end": 0.674},
        ),
        Finding(severity="low", kind="data", claim="A claim of the user's own.", verdict="shown", measures=()),
    )


def curve_points() -> tuple[CurvePoint, ...]:
    train = (1.61, 0.97, 0.66, 0.47, 0.35, 0.27, 0.21, 0.17)
    validation = (1.42, 0.86, 0.64, 0.59, 0.58, 0.61, 0.655, 0.693)
    return tuple(
        CurvePoint(
            step=150 * (i + 1),
            epoch=(i + 1) / 2,
            train_loss=train[i],
            validation_loss=validation[i],
            train_metrics={"f1_macro": 0.62 + 0.045 * i},
            validation_metrics={"f1_macro": 0.60 + 0.11 * min(i, 2) - 0.004 * i},
        )
        for i in range(8)
    )


@pytest.fixture(scope="session")
def audit() -> AuditResult:
    table = confusion()
    points = [
        (0.31, 0.34, 60),
        (0.48, 0.46, 140),
        (0.62, 0.63, 240),
        (0.77, 0.74, 380),
        (0.88, 0.86, 520),
        (0.97, 0.95, 762),
    ]
    bins = []
    for confidence, accuracy, n in points:
        low, high = wilson(round(accuracy * n), n)
        bins.append({"confidence": confidence, "accuracy": accuracy, "low": low, "high": high, "n": n})
    measures = [*overall_measures(table), *class_measures(table), *group_measures(), *gap_measures()]
    return AuditResult(
        measures=tuple(measures),
        findings=findings(),
        curve=CurveDiagnosis(
            diagnosis="overfitting",
            because="validation loss rose",
            because_key="loss_rises",
            values={"step": 750, "lowest": 0.58, "end": 0.674, "rise": 0.162},
            causes=("too_little_data", "too_many_epochs"),
            remedies=("earlier_stop", "more_data", "weight_decay"),
            points=curve_points(),
        ),
        data={
            "labels": list(PROFESSIONS),
            "confusion": table,
            "groups": {
                "gender": {"female": 938, "male": 1122, "another": 42},
                "region": {k: v[0] for k, v in REGIONS.items()},
            },
            "reliability": bins,
            "settings": {"level": 0.95, "margin": 0.05, "min_group": 30, "family_size": 12, "fdr": 0.05},
            "baseline_label": "lawyer",
            "baseline_origin": "training",
            "n": 2102,
        },
    )


@pytest.fixture(scope="session")
def probes() -> ProbeResults:
    scope = {"probe": "gender_profession"}
    gaps = {"nurse": 0.142, "surgeon": -0.118, "teacher": 0.061, "lawyer": -0.022, "chef": -0.004, "dentist": 0.013}
    measures = [
        figure("flip_rate", 0.082, 0.051, 0.128, 340, scope=scope, method="wilson"),
        figure("mean_score_gap", 0.011, -0.014, 0.036, 340, scope=scope, unit="difference", p=0.39, q=0.39),
        *(
            figure("score_gap", gap, gap - 0.045, gap + 0.045, 20, scope=scope | {"profession": name}, q=0.01)
            for name, gap in gaps.items()
        ),
    ]
    flips = {"value": 0.082, "low": 0.051, "high": 0.128, "n": 340, "margin": 0.05}
    found = Finding(
        severity="medium",
        kind="probe",
        claim="Changing the gender of the worker changes the predicted class.",
        verdict="shown",
        measures=("flip_rate{probe=gender_profession}",),
        claim_key="gender_profession_flips_shown",
        values=flips,
    )
    shares = {"nurse": 0.9, "surgeon": 0.28, "teacher": 0.74}
    data = {
        "professions": {
            name: {"female": name, "male": name, "share_of_women": shares.get(name), "class": name} for name in gaps
        },
        "examples": [
            {
                "female": "The surgeon said that she was tired.",
                "male": "The surgeon said that he was tired.",
                "predicted_female": "nurse",
                "predicted_male": "surgeon",
            }
        ],
        "sources": {"made_up": "Made-up shares for this test"},
    }
    first = ProbeResult(
        probe="gender_profession",
        measures=tuple(measures),
        findings=(found,),
        can_tell="gender_profession",
        data=data,
    )
    second = ProbeResult(
        probe="pronoun_swap", measures=(), unusable_because="there are no test texts", can_tell="pronoun_swap"
    )
    return ProbeResults(measures=first.measures, findings=first.findings, probes=(first, second))


@pytest.fixture(scope="session")
def search() -> SearchResult:
    curve = LearningCurve(metric="f1_macro", points=curve_points(), best_step=750, stopped_early=True)
    params = {"learning_rate": 3.1e-05, "batch_size": 16, "epochs": 4, "weight_decay": 0.02, "warmup_ratio": 0.1}
    trials = [
        TrialRecord(number=0, candidate="minilm", params=params, objective=0.801, state="complete", seconds=312.0),
        TrialRecord(number=1, candidate="bert-small", params=params | {"batch_size": 8}, objective=0.828, state="complete", seconds=655.0, curve=curve),  # noqa: E501
        TrialRecord(number=2, candidate="minilm", params=params, objective=0.61, state="pruned", seconds=61.5),
        TrialRecord(number=3, candidate="bert-small", params=params, state="failed", reason="CUDA out of memory"),
    ]  # fmt: skip
    model = TrainedModel(
        folder="model", sha256="a" * 64, base_model="bert-small", labels=PROFESSIONS, params=params, max_length=128
    )
    return SearchResult(
        objective="f1_macro",
        trials=tuple(trials),
        best_trial=1,
        model=model,
        validation_n=1576,
        n_pruned=1,
        n_failed=1,
        n_planned=4,
        ended_because="trials",
        seconds=1130.4,
        excluded={"big-model": "it needs more memory than there is"},
    )


@pytest.fixture(scope="session")
def cleaning() -> CleaningReport:
    labels = {label: sum(group[0] for group in counts[:3]) for label, counts in COUNTS.items()}
    splits = {}
    for name, factor in (("train", 3), ("validation", 1), ("test", 1)):
        splits[name] = {
            "n": 2102 * factor,
            "labels": {label: n * factor for label, n in labels.items()},
            "groups": {
                "gender": {"female": 938 * factor, "male": 1122 * factor, "another": 42 * factor},
                "region": {region: counts[0] * factor for region, counts in REGIONS.items()},
            },
        }
    return CleaningReport(
        n_rows_read=11000,
        n_rows_kept=10510,
        removed={"exact_duplicate": 301, "near_duplicate": 122, "missing_label": 67},
        changed={"html": 412, "whitespace": 1933},
        label_conflicts=14,
        splits=splits,
        tokens={
            "bert-small": {"max_length": 128, "median": 71, "p95": 119, "max": 263, "n_truncated": 311, "n": 10510}
        },
        source_sha256={"bios.csv": "c" * 64},
        fingerprint="f" * 64,
    )


@pytest.fixture(scope="session")
def provenance() -> Provenance:
    return Provenance(
        boletim_version="0.1.0",
        created="2026-03-05T14:07:00+00:00",
        config_sha256="1" * 64,
        gates_sha256="2" * 64,
        data_sha256={"bios.csv": "c" * 64},
        model_sha256="a" * 64,
        packages={"torch": "2.6.0", "transformers": "5.3.0", "optuna": "4.2.0", "scikit-learn": "1.7.0"},
        python="3.11.9",
        platform="Linux-6.1-x86_64",
        hardware={"cpu": "Example CPU", "cores": 8, "gpu": None, "memory_gib": 31.3},
        git_commit="d" * 40,
        git_dirty=True,
        seeds={"run": 13},
        seconds={"prepare": 12.4, "tune": 1130.4, "audit": 3.2, "probe": 9.8},
        command="boletim run boletim.yaml",
    )


GATES = (
    GateConfig(measure="f1_macro", at_least=0.75),
    GateConfig(measure="recall_gap{attribute=gender}", at_most=0.10),
    GateConfig(measure="accuracy", at_least=0.83),
    GateConfig(measure="flip_rate{probe=gender_profession}", at_most=0.10),
)


@pytest.fixture(scope="session")
def make_card(
    audit: AuditResult,
    probes: ProbeResults,
    search: SearchResult,
    cleaning: CleaningReport,
    provenance: Provenance,
) -> Callable[..., Card]:
    """make_card(gates=..., provided=..., probes=None, ...): the sample card with some parts replaced."""
    from reports.card import assemble_card

    def make(**changes: Any) -> Card:
        parts: dict[str, Any] = {
            "name": "occupation-classifier",
            "language": "en",
            "provided": CardConfig(
                title="Occupations from short biographies",
                version="1.3",
                owner="Example Institute, Recruitment Research",
                contact="audit@example.org",
                intended_use="Route public biographies to the right editor.\nNot for decisions about people.",
                out_of_scope="Hiring, promotion, dismissal, credit.",
                licence="MIT",
                limitations="Biographies shorter than 20 words were not tried.",
                signatory="Head of evaluation",
            ),
            "gates": GATES,
            "audit": audit,
            "probes": probes,
            "search": search,
            "cleaning": cleaning,
            "model": ModelFacts(
                name="occupation-classifier",
                architecture="BertForSequenceClassification",
                n_parameters=28_763_657,
                base_model="bert-small",
                base_revision="b" * 40,
                sha256="a" * 64,
                labels=PROFESSIONS,
                max_length=128,
                weights_format="safetensors",
            ),
            "provenance": provenance,
            "synthetic": True,
            "data": {
                "source": "bios.csv",
                "text": "bio",
                "label": "occupation",
                "groups": [{"column": "gender", "bands": None}, {"column": "region", "bands": None}],
                "description": "Made-up biographies for the tests of the report.",
                "licence": None,
                "split": {"validation": 0.2, "test": 0.2, "stratify": True, "by": "author"},
            },
        }
        return assemble_card(**(parts | changes))

    return make


@pytest.fixture(scope="session")
def card(make_card: Callable[..., Card]) -> Card:
    """The whole sample card."""
    return make_card()

"""A card with hand-chosen counts: nine professions, two group columns, a search, two probes, a curve."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from boletim.contracts.configuration.card import CardConfig
from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.corpus import CleaningReport
from boletim.contracts.finding import Finding, rule_beyond
from boletim.contracts.meaning import Reason, message
from boletim.contracts.method import WILSON
from boletim.contracts.results.audit import AuditResult, CurveDiagnosis, ProbeResult, ProbeResults
from boletim.contracts.results.card import Card, ModelFacts, Provenance
from boletim.contracts.results.search import CurvePoint, LearningCurve, Mishap, SearchResult, TrainedModel, TrialRecord

SAMPLE = runpy.run_path(str(Path(__file__).with_name("sample_measures.py")))
CHANGES = runpy.run_path(str(Path(__file__).with_name("sample_changes.py")))
FAILURES = runpy.run_path(str(Path(__file__).with_name("sample_failures.py")))
PROFESSIONS, COUNTS, REGIONS = SAMPLE["PROFESSIONS"], SAMPLE["COUNTS"], SAMPLE["REGIONS"]
wilson, newcombe, figure, confusion = SAMPLE["wilson"], SAMPLE["newcombe"], SAMPLE["figure"], SAMPLE["confusion"]


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
        rule=rule_beyond([(low, high)], 0.05) if verdict == "shown" else None,
        kind="disparity",
        verdict=verdict,
        measures=(f"recall_gap{{class={label},attribute=gender}}",),
        key="recall_gap_shown" if verdict == "shown" else "recall_gap_open",
        values=values,
    )


def findings() -> tuple[Finding, ...]:
    return (
        *(disparity(label) for label in COUNTS),
        Finding(
            severity="info",
            kind="calibration",
            verdict="shown absent",
            measures=("ece",),
            key="calibration_good",
            values={"ece": 0.034, "low": 0.022, "high": 0.047},
        ),
        Finding(
            rule="training",
            kind="overfitting",
            verdict="shown",
            measures=(),
            key="curve_loss_rises",
            values={"diagnosis": "overfitting", "rise": 0.162, "lowest": 0.58, "step": 750, "end": 0.674},
        ),
        Finding(severity="low", kind="data", key="a_finding_of_the_users_own", verdict="shown", measures=()),
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
    measures = [*SAMPLE["overall_measures"](table), *SAMPLE["class_measures"](table)]
    measures += [*SAMPLE["group_measures"](), *SAMPLE["gap_measures"](), *FAILURES["measures"]()]
    return AuditResult(
        measures=tuple(measures),
        findings=findings(),
        curve=CurveDiagnosis(
            diagnosis="overfitting",
            key="loss_rises",
            values={"step": 750, "lowest": 0.58, "end": 0.674, "rise": 0.162},
            causes=("too_little_data", "too_many_epochs"),
            remedies=("earlier_stop", "more_data", "weight_decay"),
            points=curve_points(),
        ),
        failures=FAILURES["failures"](),
        facts={
            "kind": "one_label",
            "labels": list(PROFESSIONS),
            "own": {"confusion": table, "reliability": bins},
            "groups": {
                "gender": {"female": 938, "male": 1122, "another": 42},
                "region": {k: v[0] for k, v in REGIONS.items()},
            },
            "settings": {
                "level": 0.95,
                "margin": 0.05,
                "bootstrap": 1000,
                "min_group": 30,
                "intersections": 2,
                "metrics": ["accuracy"],
                "seed": 13,
                "family_size": 12,
                "fdr": 0.05,
                "is_clustered": False,
                "is_weighted": False,
            },
            "baseline": {"named": "lawyer", "labels": ["lawyer"], "origin": "training"},
            "n": 2102,
        },
    )


@pytest.fixture(scope="session")
def probes() -> ProbeResults:
    scope = {"probe": "gender_profession"}
    gaps = {"nurse": 0.142, "surgeon": -0.118, "teacher": 0.061, "lawyer": -0.022, "chef": -0.004, "dentist": 0.013}
    measures = [
        figure("flip_rate", 0.082, 0.051, 0.128, 340, scope=scope, method=WILSON),
        figure("mean_score_gap", 0.011, -0.014, 0.036, 340, scope=scope, unit="difference", p=0.39, q=0.39),
        *(
            figure("score_gap", gap, gap - 0.045, gap + 0.045, 20, scope=scope | {"profession": name}, q=0.01)
            for name, gap in gaps.items()
        ),
    ]
    flips = {"value": 0.082, "low": 0.051, "high": 0.128, "n": 340, "margin": 0.05}
    found = Finding(
        rule="beyond",
        kind="probe",
        verdict="shown",
        measures=("flip_rate{probe=gender_profession}",),
        key="gender_profession_flips_shown",
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
        can_tell="gender_profession.can_tell",
        data=data,
    )
    second = ProbeResult(
        probe="pronoun_swap", measures=(), unusable_because=Reason.of("no_texts"), can_tell="pronoun_swap.can_tell"
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
        TrialRecord(
            number=3, candidate="bert-small", params=params, state="failed", reason=message("CUDA out of memory")
        ),
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
        mishaps=(
            Mishap(kind="interrupted_resumed", trial=0, values={"n": 2, "step": 1250}),
            Mishap(kind="out_of_memory_mended", trial=1, values={"batch": 4, "parts": 2, "effective": 8}),
            Mishap(kind="failed", trial=3, reason=message("CUDA out of memory")),
        ),
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
    from boletim.reports.card.assemble import assemble_card

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
            "cost": FAILURES["cost"](),
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
        made = assemble_card(**(parts | changes))
        return made if "changes" in changes else made.model_copy(update={"changes": CHANGES["changes"](made)})

    return make


@pytest.fixture(scope="session")
def card(make_card: Callable[..., Card]) -> Card:
    """The whole sample card."""
    return make_card()

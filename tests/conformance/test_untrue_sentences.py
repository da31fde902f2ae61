"""Figures under which a sentence must not be printed, for every kind of finding and for page one, in every language.

Each row plants figures, says what is concluded of them, and names words that would then be untrue.
"""

import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from boletim.audit.failures.errors import suspected_labels
from boletim.audit.failures.find import find_failures
from boletim.audit.failures.overlap import overlap_finding
from boletim.audit.findings import (
    baseline_finding,
    calibration_finding,
    contradiction_finding,
    curve_finding,
    disparity_findings,
)
from boletim.audit.groups.gaps import SHARES, GroupFigures, Scale
from boletim.audit.kind import sample_of
from boletim.audit.settings import Settings
from boletim.audit.training.learning_curve import diagnose
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.finding import Finding
from boletim.contracts.language import known_languages
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.results.card import GateOutcome
from boletim.contracts.results.left_out import LeftOut
from boletim.contracts.results.search import CurvePoint, LearningCurve
from boletim.probes.findings.claims import list_finding, rate_finding
from boletim.probes.findings.headline import headline
from boletim.reports.card.assemble import page_reason
from boletim.reports.page.words import Words

SETTINGS = Settings(AuditConfig(margin=0.05), 1, ("a", "b"), ("g",))
UNTRUE = {
    "better": (r"\bmodel is better (than|in)", r"\bmodelo é melhor (que|do que|em)"),
    "better than": (r"\bmodel is better than", r"\bmodelo é melhor (que|do que)"),
    "no better": (r"no better than", r"não é melhor"),
    "better in accuracy": (r"\bis better in accuracy", r"é melhor em acurácia"),
    "better in macro F1": (r"(?<!shown to be )better in macro F1", r"(?<!que é )melhor em F1"),
    "every group": (r"(every|all|each) (the )?groups?", r"(todos os|cada) grupos?"),
    "is the same": (r"is the same", r"é (a mesma|o mesmo|igual)"),
    "can be read as probabilities": (r"^The scores can be read as probabilities", r"^As pontuações podem ser lidas"),
    "cannot be read": (r"cannot be read", r"não podem ser lidas"),
    "errs where unsure": (r"least sure|unsure", r"menos certeza|dúvida"),
    "lift": (r"they lift", r"(elevam|aumentam)"),
    "change by less": (r"by less than", r"menos (de|que)"),
    "of n, as if counted": (r"\b[01](\.\d+)? of (the )?\d", r"\b[01](,\d+)? (de|dos|das) \d"),
    "beyond the margin": (r"(more than|beyond) the margin", r"(mais (do )?que|além d)a margem"),
    "within the margin": (r"within the margin|no more than the margin", r"dentro da margem|no máximo"),
    "no gate failed": (r"No gate failed", r"Nenhum critério foi reprovado"),
    "every gate passes": (r"Every gate passes", r"Critérios cumpridos"),
    "training label": (r"training label", r"treino"),
    "overfitting": (r"curve: overfitting", r"aprendizado: sobreajuste"),
    "good fit": (r"good fit", r"bom ajuste"),
    "only after them": (r"only after them", r"só subiu"),
}
"""Words that would be untrue, as patterns in English and in Portuguese."""


def measure(
    name: str, value: float | None, low: float | None = None, high: float | None = None, **more: Any
) -> Measure:
    scope = more.pop("scope", {})
    level = 0.95 if low is not None else None
    return Measure(
        id=measure_id(name, scope),
        metric=name,
        value=value,
        low=low,
        high=high,
        level=level,
        n=348,
        scope=scope,
        **more,
    )


def baseline(over: tuple[float, float], f1: tuple[float, float], base_f1: float, origin: str = "training") -> Finding:
    """Accuracy over the majority's, limits of macro F1, and the majority's macro F1."""
    by_id = {
        "accuracy_over_baseline": measure("accuracy_over_baseline", sum(over) / 2, *over),
        "accuracy": measure("accuracy", 0.8, 0.75, 0.85),
        "baseline_accuracy": measure("baseline_accuracy", 0.8 - sum(over) / 2, 0.7, 0.8),
        "f1_macro": measure("f1_macro", sum(f1) / 2, *f1),
        "baseline_f1_macro": measure("baseline_f1_macro", base_f1, base_f1 - 0.01, base_f1 + 0.01),
    }
    return baseline_finding(by_id, "a", origin, 0.05)


def calibration(low: float, high: float) -> Finding:
    found = calibration_finding(measure("ece", (low + high) / 2, low, high))
    assert found is not None
    return found


def gap(low: float, high: float, q: float, left_out: LeftOut | None = None, name: str = "accuracy_gap") -> Finding:
    """A gap between two groups; the values of the groups are its ends."""
    scope = {"class": "a", "attribute": "g"} if name == "recall_gap" else {"attribute": "g"}
    value = (low + high) / 2
    shown = measure(name, value, low, high, p=q, q=q, left_out=left_out, scope=scope)
    least = measure("minimum_detectable_gap", 0.12, scope=scope)
    ends = np.array([0.8 - value, 0.8])
    figures = GroupFigures(
        ("x", "y"), ends, ends - 0.05, ends + 0.05, np.array([174.0, 174.0]), 0.95, is_proportion=True
    )
    scale = Scale(said_as=name.removesuffix("_gap")) if name in ("answer_gap", "score_gap") else SHARES
    attribute: Any = SimpleNamespace(
        name="g", chief="accuracy", scale=scale, compared=lambda *_: figures, scope_of=lambda group: {"g": group}
    )
    return disparity_findings(attribute, [shown, least], SETTINGS)[0]


def overlap(low: float, high: float) -> Finding:
    share, effect = measure("train_overlap", 0.1, 0.05, 0.15), measure("overlap_effect", (low + high) / 2, low, high)
    found = overlap_finding([share, effect], SETTINGS)
    assert found is not None
    return found


def rate(
    low: float | None, high: float | None, value: float, topic: str = "pronoun_swap_flips", margin: float = 0.05
) -> Finding:
    return rate_finding(topic, measure("flip_rate", value, low, high), margin, 0.95)


def classes(*limits: tuple[float, float], q: float = 0.001) -> Finding:
    made = [
        measure("score_gap", sum(pair) / 2, *pair, p=q, q=q, scope={"class": f"c{i}"}) for i, pair in enumerate(limits)
    ]
    return list_finding("first_names_gaps", made, "class", 0.05, 0.95)


def pairs(low: float, high: float) -> Finding:
    return headline("crows_pairs", measure("preference", (low + high) / 2, low, high), 0.95, null=0.5, margin=0.05)


def curve(train: list[float], validation: list[float], kept: int) -> Finding:
    """Of one evaluation each ten steps; `kept` is the step whose weights were kept."""
    points = tuple(
        CurvePoint(step=10 * place, epoch=place, train_loss=t, validation_loss=v)
        for place, (t, v) in enumerate(zip(train, validation, strict=True), start=1)
    )
    return curve_finding(diagnose(LearningCurve(metric="f1_macro", points=points, best_step=kept)))


FALLS, TURNS = [0.68, 0.33, 0.25, 0.15, 0.06, 0.03], [0.7, 0.35, 0.3, 0.4, 0.55, 0.7]
FAR, NEAR, ANY = (LeftOut(groups={"z": 9}, n_groups=1, limit=limit) for limit in (0.3, 0.04, None))
ROWS: list[tuple[Finding, str, tuple[str, ...]]] = [
    # better, no better
    (baseline((0.01, 0.05), (0.5, 0.6), 0.4), "baseline_beaten", ("no better",)),
    (baseline((0.0, 0.05), (0.5, 0.6), 0.4), "baseline_beaten_f1", ("better than", "better in accuracy")),
    (baseline((0.01, 0.05), (0.4, 0.6), 0.4), "baseline_beaten_accuracy", ("better than", "better in macro F1")),
    (baseline((-0.05, -0.01), (0.5, 0.6), 0.4), "baseline_mixed", ("better", "better in accuracy")),
    (baseline((-0.01, 0.05), (0.35, 0.45), 0.4), "baseline_not_beaten", ("better",)),
    (baseline((-0.01, 0.06), (0.35, 0.45), 0.4), "baseline_open", ("better", "no better")),
    (baseline((-0.01, 0.05), (0.35, 0.46), 0.4), "baseline_open", ("better", "no better")),
    (baseline((-0.05, -0.01), (0.35, 0.5), 0.4), "baseline_open", ("better", "no better")),
    (baseline((0.01, 0.05), (0.5, 0.6), 0.4, "test"), "baseline_beaten_test", ("training label",)),
    (baseline((-0.01, 0.05), (0.35, 0.45), 0.4, "test"), "baseline_not_beaten_test", ("better", "training label")),
    # probabilities
    (calibration(0.01, 0.05), "calibration_good", ("cannot be read",)),
    (calibration(0.01, 0.051), "calibration_open", ("can be read as probabilities", "cannot be read")),
    (calibration(0.05, 0.09), "calibration_open", ("can be read as probabilities", "cannot be read")),
    (calibration(0.051, 0.09), "calibration_poor", ("can be read as probabilities",)),
    # gaps: shown, absent, partial, open; nobody who was left out is spoken for
    (gap(0.06, 0.2, 0.01), "accuracy_gap_shown", ("is the same", "every group")),
    (gap(0.05, 0.2, 0.001), "accuracy_gap_open", ("is the same",)),
    (gap(0.06, 0.2, 0.051), "accuracy_gap_open", ("is the same",)),
    (gap(0.0, 0.05, 0.9), "accuracy_gap_absent", ("every group",)),
    (gap(0.0, 0.051, 0.9), "accuracy_gap_open", ("is the same",)),
    (gap(0.0, 0.04, 0.9, FAR), "accuracy_gap_partial", ("every group",)),
    (gap(0.0, 0.04, 0.9, ANY), "accuracy_gap_partial", ("every group",)),
    (gap(0.0, 0.04, 0.9, NEAR), "accuracy_gap_absent", ("every group",)),
    (gap(0.06, 0.2, 0.2, FAR, "recall_gap"), "recall_gap_open", ("is the same",)),
    (gap(0.0, 0.04, 0.9, FAR, "recall_gap"), "recall_gap_partial", ("every group",)),
    (gap(0.0, 0.04, 0.9, ANY, "f1_macro_gap"), "f1_macro_gap_partial", ("every group",)),
    # the learning curve is judged at the weights that were kept
    (curve(FALLS, TURNS, 30), "curve_kept_before_the_rise", ("overfitting",)),
    (curve(FALLS, TURNS, 60), "curve_loss_rises", ("good fit", "only after them")),
    (curve(FALLS[:2], TURNS[:2], 20), "curve_few_points", ("overfitting", "good fit")),
    (curve([0.9, 0.7, 0.5, 0.35], [0.9, 0.72, 0.55, 0.4], 40), "curve_still_falling", ("overfitting", "good fit")),
    (curve([0.7, float("nan"), 0.5, 0.4], [0.7, 0.6, 0.5, 0.4], 40), "curve_not_finite", ("overfitting", "good fit")),
    # copies of training texts
    (overlap(0.051, 0.09), "overlap_lifts", ("change by less",)),
    (overlap(0.05, 0.09), "overlap_open", ("lift", "change by less")),
    (overlap(-0.09, 0.01), "overlap_open", ("lift", "change by less")),
    (overlap(-0.05, 0.05), "overlap_harmless", ("lift",)),
    # probes: a share of 1 is never "1 of 348", one flip of 348 is no shift, a doubt stays one
    (rate(0.99, 1.0, 1.0), "pronoun_swap_flips_shown", ("of n, as if counted", "within the margin")),
    (rate(0.99, 1.0, 1.0, "identity_terms_flips"), "identity_terms_flips_shown", ("of n, as if counted",)),
    (rate(0.0, 0.016, 1 / 348), "pronoun_swap_flips_absent", ("of n, as if counted", "beyond the margin")),
    (rate(0.05, 0.2, 0.1), "pronoun_swap_flips_open", ("of n, as if counted", "beyond the margin")),
    (rate(None, None, 1.0), "pronoun_swap_flips_open", ("of n, as if counted", "beyond the margin")),
    (pairs(0.56, 0.7), "crows_pairs_shown", ("within the margin",)),
    (pairs(0.549, 0.7), "crows_pairs_open", ("beyond the margin", "within the margin")),
    (pairs(0.99, 1.0), "crows_pairs_shown", ("of n, as if counted",)),
    (classes((0.0, 0.04), (-0.04, 0.0)), "first_names_gaps_absent", ()),
    (classes((0.0, 0.04), (-0.06, 0.0)), "first_names_gaps_open", ("beyond the margin", "within the margin")),
    (classes((0.06, 0.2), (0.0, 0.01), q=0.2), "first_names_gaps_open", ("beyond the margin",)),
    (classes((-0.2, -0.06), (0.0, 0.01)), "first_names_gaps_shown", ("within the margin",)),
]  # fmt: skip


def assert_unsaid(code: str, sentence: str, untrue: tuple[str, ...]) -> None:
    for what in untrue:
        pattern = UNTRUE[what][0 if code == "en" else 1]
        assert not re.search(pattern, sentence, re.IGNORECASE), (what, sentence)


@pytest.mark.parametrize("code", known_languages())
@pytest.mark.parametrize(("found", "key", "untrue"), ROWS, ids=[f"{row[1]}-{place}" for place, row in enumerate(ROWS)])
def test_figures_are_not_said_to_show_what_they_do_not(
    code: str, found: Finding, key: str, untrue: tuple[str, ...]
) -> None:
    assert found.key == key
    sentence = Words.of(code).finding(found)
    assert not re.search(r"[{}]", sentence)
    assert_unsaid(code, sentence, untrue)
    if found.left_out:
        assert re.search(
            r"z not judged: only 9|sem julgamento: z, com só 9", sentence
        )  # who was left out is named wherever a gap is spoken of


@pytest.mark.parametrize("what", UNTRUE)
def test_each_pattern_finds_what_it_forbids_in_some_text_of_each_language(what: str) -> None:
    """So that a pattern that no longer fits the words cannot pass for a promise kept."""
    absent = {"every group", "of n, as if counted", "errs where unsure"}
    examples = {
        "every group": ("is the same for every group", "é a mesma para todos os grupos"),
        "of n, as if counted": ("changes in 1 of 348 texts", "muda em 1,00 de 348 textos"),
        "errs where unsure": ("the model errs where it is unsure", "o modelo erra onde tem dúvida"),
    }
    for place, code in enumerate(("en", "pt-BR")):
        said = [Words.of(code).finding(found) for found, _, _ in ROWS] + [reason_said(code, row) for row in REASONS]
        texts = [examples[what][place]] if what in absent else said
        assert any(re.search(UNTRUE[what][place], text, re.IGNORECASE) for text in texts), (what, code)


# page one: verdict, statuses of gates (w: waived), what the reason is and what it must not say
REASONS: list[tuple[str, str, int, str, tuple[str, ...]]] = [
    ("pass", "pp", 0, "reasons.pass", ("no gate failed",)),
    ("pass", "pp", 2, "reasons.pass_with_conditions", ()),
    ("pass", "pw", 0, "reasons.pass_with_waivers", ("every gate passes",)),
    ("fail", "pf", 0, "reasons.fail", ("every gate passes", "no gate failed")),
    ("fail", "fw", 0, "reasons.fail_with_waivers", ("every gate passes", "no gate failed")),
    ("insufficient evidence", "po", 0, "reasons.insufficient_evidence", ("every gate passes",)),
    ("insufficient evidence", "ow", 0, "reasons.insufficient_evidence_with_waivers", ("no gate failed",)),
    ("not gated", "ww", 0, "reasons.all_waived", ("every gate passes", "no gate failed")),
    ("not gated", "", 0, "reasons.not_gated", ("every gate passes", "no gate failed")),
]


def reason_said(code: str, row: tuple[str, str, int, str, tuple[str, ...]]) -> str:
    verdict, gates, n_conditions, key, _ = row
    statuses: dict[str, Any] = {"p": "pass", "f": "fail", "o": "insufficient evidence", "w": "fail"}
    outcomes = [
        GateOutcome.model_construct(measure="accuracy", status=statuses[one], is_waived=one == "w") for one in gates
    ]
    found, values = page_reason(verdict, outcomes, n_conditions)  # type: ignore[arg-type]
    assert found == key
    return Words.of(code).text(found, **values)


@pytest.mark.parametrize("code", known_languages())
@pytest.mark.parametrize("row", REASONS, ids=[row[3] + row[1] for row in REASONS])
def test_page_one_does_not_say_of_its_gates_what_is_not_so(
    code: str, row: tuple[str, str, int, str, tuple[str, ...]]
) -> None:
    assert_unsaid(code, reason_said(code, row), row[4])


@pytest.mark.parametrize("code", known_languages())
@pytest.mark.parametrize("is_wrong_where_sure", [False, True])
def test_a_model_is_said_to_err_where_it_is_least_sure_only_where_it_does(code: str, is_wrong_where_sure: bool) -> None:
    rng, n = np.random.default_rng(3), 2_000
    confidence = rng.uniform(0.5, 1.0, n)
    band = confidence > 0.9 if is_wrong_where_sure else confidence < 0.6
    is_wrong = rng.random(n) < np.where(band, 0.6, 0.05)
    predicted = rng.integers(0, 2, n)
    scores = np.where(np.arange(2) == predicted[:, None], confidence[:, None], 1 - confidence[:, None])
    gold = np.where(is_wrong, 1 - predicted, predicted)
    found = Predictions(np.arange(n).astype(object), gold, predicted, ("a", "b"), scores)
    _, findings, _ = find_failures(sample_of(found, AuditConfig(margin=0.05), 1))
    shown = [finding for finding in findings if finding.verdict == "shown" and finding.kind == "slice"]
    assert {finding.key for finding in shown} == {"slice_confidence" if is_wrong_where_sure else "slice_unsure"}
    assert {finding.severity for finding in shown} == {"high" if is_wrong_where_sure else "info"}
    for finding in shown:
        if is_wrong_where_sure:
            assert_unsaid(code, Words.of(code).finding(finding), ("errs where unsure",))


def test_an_answer_that_is_right_by_construction_is_never_a_suspected_label() -> None:
    rng, n = np.random.default_rng(4), 500
    gold = rng.integers(0, 3, n)
    scores = rng.dirichlet(np.ones(3), n)
    scores[:250] = np.eye(3)[gold[:250]] * 0.5 + scores[:250] * 0.5 + np.eye(3)[gold[:250]]
    scores /= scores.sum(axis=1, keepdims=True)
    found = Predictions(np.arange(n).astype(object), gold, scores.argmax(axis=1), ("a", "b", "c"), scores)
    is_right = found.predicted == gold
    assert is_right[:250].all()
    assert not suspected_labels(found)[is_right].any()
    assert suspected_labels(found).any()


def test_no_contradiction_is_said_of_scores_that_agree() -> None:
    assert contradiction_finding(0, 348) is None
    assert calibration_finding(measure("ece", 0.01)) is None  # without an interval nothing is said of probabilities

"""Cards that differ in one thing from the sample, and which sentences of the sections each must and must not print.

`printed` gives the keys of all texts on a card. The test beside this file says of each sentence that it holds whatever
the figures are, or on which cards it is printed and on which, just off, it would be untrue and is not.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from boletim.audit.training.learning_curve import diagnose
from boletim.contracts.answers.label_sets import LabelCounts, LabelSetFacts
from boletim.contracts.answers.one_label import ScoreBins
from boletim.contracts.answers.question_answers import QuestionFacts
from boletim.contracts.answers.scored_texts import QUANTILES, ScoreFacts
from boletim.contracts.answers.spans import SpanFacts, TypeCounts
from boletim.contracts.configuration.card import BiasAuditTable
from boletim.contracts.configuration.gates import GateConfig, Waiver
from boletim.contracts.finding import SEVERITY_OF, Finding
from boletim.contracts.language import load_language
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.results.audit import PrecisionCheck
from boletim.contracts.results.card import Card
from boletim.contracts.results.mitigations import MitigationRow, MitigationStudy, MitigationTest
from boletim.contracts.results.no_answer import ChosenOn, NoAnswer
from boletim.contracts.results.prompt import PromptFacts
from boletim.contracts.results.sample_sizes import SizeCurve, SizePoint
from boletim.contracts.results.search import (
    Confirmation,
    ConstraintValue,
    CurvePoint,
    Front,
    FrontPoint,
    LearningCurve,
    SearchPlan,
)
from boletim.contracts.results.selftest import make_row
from boletim.reports.page import words as page_words
from boletim.reports.page.html import render_html

ELSEWHERE = ("findings", "reasons", "because", "metrics", "curve", "errors", "help", "terminal", "suggest", "clauses")
"""Of no section, or with tables of their own: test_brinks.py, test_untrue_sentences.py, test_meanings.py, tests/app."""
NAMES = ("methods", "languages", "tools", "facts", "probes", "validation.rows", "validation.sources", "glossary")
"""Names, and descriptions of what a probe or a word is."""
SENTENCE = 6
"""Words from which on a text counts as one; a full stop makes one of any."""


def flat(content: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in content.items():
        path = f"{before}.{key}" if before else str(key)
        if isinstance(value, dict):
            yield from flat(value, path)
        else:
            yield path, str(value)


def words(code: str) -> Any:
    return load_language(code).words


def raw(code: str, key: str) -> str | None:
    return page_words.Words.of(code).find(key)


def sentences(code: str) -> list[str]:
    """Keys of what could claim something in a section."""
    return sentences_of(dict(words(code)))


def sentences_of(content: dict[str, Any]) -> list[str]:
    found = []
    for key, text in flat(content):
        parts = key.split(".")
        is_told_elsewhere = parts[0] in ELSEWHERE or {"metrics", "findings"} & set(parts[:2])
        is_name = any(key == name or key.startswith(f"{name}.") for name in NAMES)
        is_sentence = len(text.split()) >= SENTENCE or text.rstrip().endswith(".")
        if is_sentence and not is_told_elsewhere and not is_name:
            found.append(key)
    return found


def printed(card: Card, code: str = "en") -> set[str]:
    """The keys of all texts that the card prints."""

    def marked(content: dict[str, Any], before: str = "") -> dict[str, Any]:
        return {
            key: marked(value, f"{before}{key}.") if isinstance(value, dict) else f"⟦{before}{key}⟧{value}"
            for key, value in content.items()
        }

    language = load_language(code)
    with pytest.MonkeyPatch.context() as patch:
        told = language.model_copy(update={"words": marked(dict(language.words))})
        patch.setattr(page_words, "load_language", lambda _: told)
        return set(re.findall(r"⟦([\w.]+)⟧", render_html(card, code)))


def audited(card: Card, **changes: Any) -> Card:
    return card.model_copy(update={"audit": card.audit.model_copy(update=changes)})


def of_facts(card: Card, **changes: Any) -> Card:
    return audited(card, facts=card.audit.facts.model_copy(update=changes))


def plus(card: Card, *measures: Measure) -> Card:
    names = {one.id for one in measures}
    return audited(card, measures=(*(m for m in card.audit.measures if m.id not in names), *measures))


def minus(card: Card, is_gone: Callable[[Measure], bool]) -> Card:
    return audited(card, measures=tuple(m for m in card.audit.measures if not is_gone(m)))


def figure(metric: str, value: float | None, half: float = 0.02, /, n: int = 300, **more: Any) -> Measure:
    scope = more.pop("scope", {})
    if value is not None:
        more = {"low": value - half, "high": value + half, "level": 0.95} | more
    return Measure(id=measure_id(metric, scope), metric=metric, value=value, n=n, scope=scope, **more)


def searched(card: Card, **changes: Any) -> Card:
    assert card.search is not None
    return card.model_copy(update={"search": card.search.model_copy(update=changes)})


def unsearched(card: Card) -> Card:
    """A model that was trained elsewhere."""
    return card.model_copy(update={"search": None})


def failing(card: Card, **changes: Any) -> Card:
    assert card.audit.failures is not None
    return audited(card, failures=card.audit.failures.model_copy(update=changes))


def provided(card: Card, **changes: Any) -> Card:
    return card.model_copy(update={"provided": card.provided.model_copy(update=changes)})


def without_groups(audit: Any) -> Any:
    kept = tuple(m for m in audit.measures if not {"attribute", "gender", "region"} & set(m.scope))
    facts = audit.facts.model_copy(update={"groups": {}})
    found = tuple(f for f in audit.findings if f.kind != "disparity")
    return audit.model_copy(update={"measures": kept, "facts": facts, "findings": found})


def faultless(card: Card, labels: tuple[str, ...], *, missed: str = "") -> Card:
    """Classes without an error in any group, but for one that misses once in one group."""
    made = []
    for m in card.audit.measures:
        is_theirs = m.scope.get("class") in labels and m.metric in ("precision", "recall", "f1")
        is_missed = m.scope.get("class") == missed and m.scope.get("gender", "male") == "male"
        if is_theirs and not (is_missed and m.metric == "recall"):
            m = m.model_copy(update={"value": 1.0, "high": 1.0})
        if is_theirs and "gender" in m.scope:
            m = m.model_copy(update={"undefined_because": None})
        made.append(m)
    return audited(card, measures=tuple(made))


def few_classes(card: Card, *, n_judged: int) -> Card:
    """All but some classes have too few texts."""
    made, judged = [], set(card.audit.facts.labels[:n_judged])
    for m in card.audit.measures:
        if m.metric == "recall" and set(m.scope) == {"class"} and m.scope["class"] not in judged:
            m = m.model_copy(update={"undefined_because": Reason.of("below_min_group", n=m.n, least=30)})
        made.append(m)
    return audited(card, measures=tuple(made))


def gated(make: Callable[..., Card], *gates: GateConfig, **more: Any) -> Card:
    return make(gates=gates, **more)


PASSED, FAILED = GateConfig(measure="accuracy", at_least=0.6), GateConfig(measure="accuracy", at_least=0.95)
OPEN = GateConfig(measure="accuracy", at_least=0.83)
WAIVER = {"by": "A. Judge", "because": "being mended", "until": "2026-12-31"}


def waived(until: str) -> GateConfig:
    return GateConfig(measure="accuracy", at_least=0.95, waiver=Waiver.model_validate(WAIVER | {"until": until}))


def mitigated(card: Card, *rows: MitigationRow, chosen: str = "none", **more: Any) -> Card:
    none = MitigationRow(mitigation="none", n_seeds=3, measures=(figure("f1_macro", 0.8),))
    found = {"n": 300, "n_swapped": 0, "rows": (none, *rows), "chosen": chosen} | more
    return searched(card, mitigations=MitigationStudy.model_validate(found))


def mitigation(name: str, verdict: Any = "improved", **more: Any) -> MitigationRow:
    gap = figure("flip_rate_change", -0.2, 0.05, scope={"mitigation": name, "split": "validation"})
    return MitigationRow(mitigation=name, n_seeds=3, verdict=verdict, changes=(gap,), shrank=("flip_rate",), **more)


def tested(card: Card) -> Card:
    none = MitigationRow(mitigation="none", n_seeds=3, measures=(figure("f1_macro", 0.8),))
    return audited(card, mitigation=MitigationTest(n=100, n_swapped=10, none=none, chosen=mitigation("both")))


def point(trial: int, score: float, second: float, *, is_on_front: bool = True, is_tied: bool = True) -> FrontPoint:
    return FrontPoint(
        trial=trial, candidate="tiny", objective=figure("f1_macro", score), is_on_front=is_on_front, is_tied=is_tied,
        second=figure("recall_gap", second, scope={"attribute": "gender"}),
    )  # fmt: skip


def fronted(card: Card, *points: FrontPoint) -> Card:
    second = "recall_gap{attribute=gender}"
    return searched(card, front=Front(second=second, higher_is_better=False, points=points, chosen=points[0].trial))


def again(card: Card, *others: Confirmation, first: bool = False) -> Card:
    assert card.search is not None
    own = Confirmation(trial=1, candidate="s", n_parameters=2, values=(0.8, 0.8), mean=0.8, is_tied=True)
    return searched(card, confirmations=(*others, own) if first else (own, *others))


def confirmation(trial: int, mean: float = 0.79, *, is_tied: bool = True, violation: float = 0.0) -> Confirmation:
    return Confirmation(
        trial=trial, candidate="t", n_parameters=3, values=(mean, mean), mean=mean, is_tied=is_tied, violation=violation
    )


def constrained(card: Card, *violations: float) -> Card:
    """The trials of the search, each with its violation of one constraint."""
    assert card.search is not None
    kept = [
        trial.model_copy(
            update={"constraints": (ConstraintValue(measure="accuracy", at_least=0.7, value=0.8, violation=v),)}
        )
        for trial, v in zip(card.search.trials, violations, strict=False)
    ]  # fmt: skip
    return searched(card, trials=(*kept, *card.search.trials[len(kept) :]))


def sized(card: Card, key: str, n_missing: int = 0) -> Card:
    points = tuple(SizePoint(n_train=n, n_refits=2, value=0.8, low=0.7, high=0.9) for n in (100, 200, 400))
    curve = SizeCurve(
        metric="f1_macro", points=points, floor=None, slope=None, exponent=None, n_test=348, level=0.95,
        worthwhile=0.01, n_missing=n_missing,
    )  # fmt: skip
    scores = (figure("score_by_sample_size", 0.8, scope={"n_train": str(p.n_train)}) for p in points)
    values = {"metric": "f1_macro", "n_train": 400, "n_doubled": 800, "gain": 0.02, "low": 0.01, "high": 0.03}
    values |= {"worthwhile": 0.01, "n": 348}
    verdict: Any = {"more_data_shown": "shown", "more_data_absent": "shown absent"}.get(key, "insufficient evidence")
    found = Finding(severity="info", kind="data", verdict=verdict, key=key, measures=(), values=values)
    told = plus(card, figure("gain_from_doubling", 0.02), *scores)
    return audited(told, sample_sizes=curve, findings=(*card.audit.findings, found))


def found(card: Card, kind: str, key: str, **more: Any) -> Card:
    one = Finding(rule="far_beyond", kind=kind, verdict="shown", key=key, measures=(), **more)
    return audited(card, findings=(*card.audit.findings, one))


def rated(card: Card, rule: Any) -> Card:
    """Nothing but one finding of the audit, which this rule rated."""
    verdict: Any = "insufficient evidence" if rule in ("in_part", "baseline_open", "cluster") else "shown"
    one = Finding(rule=rule, kind="data", verdict=verdict, key="a_finding_of_the_users_own", measures=())
    return audited(card, findings=(one,)).model_copy(update={"probes": None})


PROMPT = PromptFacts(
    name="review", template="{{ text }}", words={"nurse": "good"}, label_scores="sum", n_shots=4, calibration="none",
    slope=1.0, offsets={}, max_length=64, sha256="ab" * 32,
)  # fmt: skip


def asked(card: Card, **changes: Any) -> Card:
    return card.model_copy(
        update={"model": card.model.model_copy(update={"prompt": PROMPT.model_copy(update=changes)})}
    )


def prompts(card: Card, n: int) -> Card:
    return plus(card, *(figure("prompt_accuracy", 0.6, scope={"prompt": f"p{place}"}) for place in range(n)))


def questions(card: Card, **changes: Any) -> Card:
    counts = {"n_answerable": 90, "n_unanswerable": 10, "n_contexts": 20} | changes
    own = QuestionFacts(language="en", **counts)
    told = minus(of_facts(card, kind="question_answers", own=own, baseline=None), lambda m: m.metric == "accuracy")
    return plus(told, figure("token_f1", 0.8), figure("exact_match", 0.7))


def answering(card: Card, threshold: float | None, *, is_chosen: bool) -> Card:
    """Questions to a model that leaves one without an answer beyond a threshold."""
    on = ChosenOn(n_answerable=80, n_unanswerable=20, n_found=15, n_lost=3, token_f1=0.9, token_f1_always=0.75)
    rule = NoAnswer(threshold=threshold, chosen_on=on if is_chosen else None)
    told = questions(card)
    return told.model_copy(update={"model": told.model.model_copy(update={"no_answer": rule})})


def scored(card: Card, **changes: Any) -> Card:
    facts = {"column": "rouge", "quantiles": tuple(0.1 for _ in QUANTILES), "spread": 0.1} | changes
    own = ScoreFacts.model_validate(facts)
    told = of_facts(card, kind="scored_texts", own=own, baseline=None)
    is_up = own.higher_is_better
    groups = (
        figure("rouge", v, higher_is_better=is_up, scope={"gender": g}) for g, v in (("female", 0.4), ("male", 0.5))
    )
    return plus(minus(told, lambda m: m.metric == "accuracy"), figure("rouge", 0.5, higher_is_better=is_up), *groups)


def spans(card: Card, **changes: Any) -> Card:
    names = set(TypeCounts.model_fields)
    types = tuple(TypeCounts.model_validate(dict.fromkeys(names, 5)) for _ in card.audit.facts.labels)
    told = of_facts(card, kind="spans", own=SpanFacts(types=types, n_clusters=30, **changes), baseline=None)
    told = minus(told, lambda m: m.metric == "accuracy")
    return plus(told, figure("recall_micro", 0.8), figure("recall_micro", 0.7, scope={"gender": "female"}))


def label_sets(card: Card) -> Card:
    names = set(LabelCounts.model_fields)
    counts = tuple(LabelCounts.model_validate(dict.fromkeys(names, 5)) for _ in card.audit.facts.labels)
    return of_facts(card, kind="label_sets", own=LabelSetFacts(counts=counts))


def probed(card: Card, **changes: Any) -> Card:
    """The first probe otherwise."""
    assert card.probes is not None
    first, *others = card.probes.probes
    told = (first.model_copy(update=changes), *others)
    return card.model_copy(update={"probes": card.probes.model_copy(update={"probes": told})})


def validated(
    card: Card, *checked: str, are_planted: tuple[bool, ...] = (False,), obtained: float | None = 1.5393
) -> Card:
    assert card.probes is not None
    rows = tuple(
        make_row("flip_rate", 0.4, 1e-9, 0.4, "planted", checked, probe="pronoun_swap")
        if is_planted
        else make_row("weat", 1.54, 0.005, obtained, "caliskan", checked, "ab" * 32, test="1")
        for is_planted in are_planted
    )
    return card.model_copy(update={"probes": card.probes.model_copy(update={"validation": rows})})


def summed(card: Card) -> Card:
    bins = {name: 5 if field.annotation is int else 0.001 for name, field in ScoreBins.model_fields.items()}
    own = card.audit.facts.own.model_copy(update={"bins": ScoreBins.model_validate(bins)})
    return of_facts(card, own=own, lacks={"failures": "rows", "weights": "rows"})


def precision(card: Card, *, is_used: bool) -> Card:
    check = PrecisionCheck(n=200, n_changed=1, largest_shift=0.01, is_used=is_used)
    return audited(card, precision=check)


def without_scores(card: Card) -> Card:
    own = card.audit.facts.own.model_copy(update={"reliability": ()})
    gone = minus(card, lambda m: m.metric in ("log_loss", "brier"))
    return plus(of_facts(gone, own=own), figure("ece", None, undefined_because=Reason.of("no_scores")))


def ratio(card: Card, value: float) -> Card:
    scope = {"class": "nurse", "gender": "female"}
    return plus(card, *(figure(name, value, scope=scope) for name in ("selection_rate", "impact_ratio")))


def curved(card: Card) -> Card:
    assert card.audit.curve is not None
    kept = {"kept_step": 750, "kept_train_loss": 0.35, "kept_validation_loss": 0.58}
    return audited(card, curve=card.audit.curve.model_copy(update=kept))


def planned(
    card: Card, pruner: str = "halving", n_trials: int = 3, n_fixed: int | None = 1, **space: tuple[float, ...]
) -> Card:
    """A search that wrote down what it drew from."""
    assert card.search is not None
    best = [trial for trial in card.search.trials if trial.number == card.search.best_trial]
    trials = tuple((best + list(card.search.trials) * n_trials)[:n_trials])
    plan = SearchPlan(n_candidates=2, space=space, pruner=pruner, n_fixed=n_fixed, n_random=10)
    return searched(card, trials=trials, plan=plan)


def corrected(card: Card, value: float | None, n_draws: int | None = 200) -> Card:
    """The winner's score corrected for having been chosen, or without a value."""
    why = {} if value is not None else {"undefined_because": Reason.of("few_groups", least=30)}
    made = figure("validation_score_corrected", value, scope={"metric": "f1_macro"}, **why)
    return searched(card, measures=(made,), n_draws=n_draws)


def patient(card: Card) -> Card:
    """A search that wrote down when a training ends before its last epoch."""
    assert card.search is not None
    assert card.search.plan is not None
    return searched(card, plan=card.search.plan.model_copy(update={"patience": 3}))


def chosen(card: Card, value: float, corrected: float) -> Card:
    """The chosen trial's score as it is and corrected."""
    names = {"validation_score": value, "validation_score_corrected": corrected}
    return plus(card, *(figure(name, one, scope={"metric": "f1_macro"}) for name, one in names.items()))


def tied(card: Card) -> Card:
    """All complete trials have the very same score."""
    assert card.search is not None
    same = {"objective": 0.8}
    return searched(card, trials=tuple(
        t.model_copy(update=same) if t.state == "complete" else t for t in card.search.trials))  # fmt: skip


def at_ease(card: Card) -> Card:
    """No score gap of a small q."""
    assert card.probes is not None
    told = tuple(
        probe.model_copy(update={"measures": tuple(m.model_copy(update={"q": None}) for m in probe.measures)})
        for probe in card.probes.probes
    )
    return card.model_copy(update={"probes": card.probes.model_copy(update={"probes": told})})


def timed_once(card: Card) -> Card:
    """Batches timed too seldom for an interval."""
    assert card.cost is not None
    alone = tuple(m.model_copy(update={"low": None, "high": None}) for m in card.cost.measures)
    return card.model_copy(update={"cost": card.cost.model_copy(update={"measures": alone})})


def with_points(card: Card, n: int) -> Card:
    """A curve of the first n evaluations."""
    assert card.audit.curve is not None
    return audited(card, curve=card.audit.curve.model_copy(update={"points": card.audit.curve.points[:n]}))


def beside(card: Card, verdict: str, status: str, bar: float = 0.1) -> Card:
    """A gate and a finding on one gap."""
    measure = "recall_gap{class=nurse,attribute=gender}"
    findings = tuple(
        f.model_copy(update={"verdict": verdict}) if f.measures[:1] == (measure,) else f for f in card.audit.findings
    )
    assert findings != card.audit.findings or verdict == "shown"
    gate = card.gates[0].model_copy(update={"measure": measure, "status": status, "threshold": bar, "bar": "at_most"})
    return audited(card.model_copy(update={"gates": (gate,)}), findings=findings)


def seen(card: Card, **observed: Any) -> Card:
    """The curve with what each rule looks at."""
    assert card.audit.curve is not None
    names = ("growth", "swing", "rise", "fall", "train_fall", "to_come", "train_to_come", "train_metric", "learnt",
             "train_loss", "metric_gap", "apart", "ratio")  # fmt: skip
    told = {"n_points": 8, **dict.fromkeys(names, 0.1), **observed}
    return audited(card, curve=card.audit.curve.model_copy(update={"observed": told}))


def own_classes(card: Card, n_own: int, n: int = 3) -> Card:
    """A probe with professions of which some are classes of the model."""
    entries = {f"p{place}": {"female": "a", "male": "a", "has_own_class": place < n_own} for place in range(n)}
    return probed(card, data={"professions": entries, "reference_class": "nurse", "n_frames": 20})


def gate_needs(card: Card, **changes: Any) -> Card:
    """The first gate open, with or without a number of examples that would decide it."""
    told = {"status": "insufficient evidence", "n_needed": None, "no_need": None} | changes
    first, *others = card.gates
    return card.model_copy(update={"gates": (first.model_copy(update=told), *others)})


def open_finding(card: Card, metric: str, *labels: str) -> Card:
    """Nothing but open gaps of one metric."""
    scopes = [{"class": label, "attribute": "gender"} for label in labels] or [{"attribute": "gender"}]
    gaps = [figure(f"{metric}_gap", 0.05, 0.04, scope=scope, q=0.2, p=0.2) for scope in scopes]
    found = tuple(
        Finding(
            severity="info", kind="disparity", verdict="insufficient evidence", key=f"{metric}_gap_open",
            measures=(gap.id,), values=dict(GAP) | {"class": gap.scope.get("class", "")},
        )
        for gap in gaps
    )  # fmt: skip
    return audited(plus(card, *gaps), findings=found)


GAP = {
    "attribute": "gender", "gap": 0.2, "gap_low": 0.1, "gap_high": 0.3, "minimum": 0.1, "margin": 0.05,
    "low_group": "female", "low_value": 0.6, "low_n": 100, "high_group": "male", "high_value": 0.8, "high_n": 100,
}  # fmt: skip


def shown_gap(make: Callable[..., Card], card: Card, metric: str, label: str = "", *, bar: float | None = None) -> Card:
    """One gap that was shown, with a gate that it misses or without one."""
    scope = {"class": label, "attribute": "gender"} if label else {"attribute": "gender"}
    gap = figure(f"{metric}_gap", 0.2, 0.1, scope=scope, unit="difference", higher_is_better=False, p=0.001, q=0.001)
    found = Finding(
        rule="far_beyond", kind="disparity", verdict="shown", key=f"{metric}_gap_shown", measures=(gap.id,),
        values=dict(GAP) | {"class": label},
    )  # fmt: skip
    told = audited(plus(card, gap), findings=(found,))
    gates = () if bar is None else (GateConfig(measure=gap.id, at_most=bar),)
    return make(audit=told.audit, gates=gates)


def shown_alike(make: Callable[..., Card], card: Card) -> Card:
    """Two gaps of one column whose intervals overlap."""
    told = shown_gap(make, card, "recall", "nurse")
    (first,) = told.audit.findings
    second = first.model_copy(update={"values": first.values | {"class": "chef"}})
    return make(audit=told.audit.model_copy(update={"findings": (first, second)}), gates=())


def crossing(make: Callable[..., Card], card: Card, gap: float, rule: Any) -> Card:
    """A gap of one column, and one of it crossed with another."""
    told = shown_gap(make, card, "recall", "nurse")
    (alone,) = told.audit.findings
    crossed = figure("recall_gap", gap, 0.1, scope={"class": "nurse", "attribute": "gender+region"})
    values = alone.values | {"attribute": "gender+region", "gap": gap, "low_group": "female × north"}
    rated = {"rule": rule, "severity": SEVERITY_OF[rule]}
    found = alone.model_copy(update={**rated, "measures": (crossed.id,), "values": values})
    return audited(plus(told, crossed), findings=(alone, found))


def based(card: Card) -> Card:
    """A probe of the encoder before and after fine-tuning."""
    scope = {"probe": "gender_profession"}
    assert card.probes is not None
    made = tuple(figure(f"association_effect{end}", 0.1, scope=scope) for end in ("_base", "", "_change"))
    return probed(card, measures=(*card.probes.probes[0].measures, *made))


def thresholded(card: Card) -> Card:
    scope = {"class": "nurse", "threshold": "0.5"}
    return plus(card, *(figure(f"{name}_at_threshold", 0.5, scope=scope) for name in ("recall", "precision")))


def backgrounds(card: Card) -> Card:
    """AUCs of two groups: the lowest of all is the second's second figure."""
    made = []
    for group, values in {"female": (0.8, 0.7, 0.75), "male": (0.9, 0.95, 0.6)}.items():
        scope = {"class": "nurse", "gender": group}
        names = zip(("roc_auc", "bpsn_auc", "bnsp_auc"), values, strict=True)
        made += [figure(name, value, scope=scope) for name, value in names]
    return plus(card, *made)


def ratios(card: Card) -> Card:
    """Two groups: the lowest ratio of all is the second's ratio of scores."""
    made = []
    for group, values in {"female": (0.5, 0.8, 0.6, 0.9), "male": (0.6, 0.95, 0.3, 0.4)}.items():
        scope = {"class": "nurse", "gender": group}
        names = ("selection_rate", "impact_ratio", "scoring_rate", "scoring_impact_ratio")
        made += [figure(name, value, scope=scope) for name, value in zip(names, values, strict=True)]
    return plus(card, *made)


def number(cell: Any) -> float | None:
    """The figure that a judged cell begins with."""
    begun = re.match(r"[+−-]?\d[\d,.]*", cell.text)
    return None if cell.is_muted or begun is None else float(begun.group().replace("−", "-").replace(",", ""))


def same(card: Card) -> Card:
    return card


def differences(card: Card) -> Card:
    scope = {"class": "nurse"}
    made = (figure("recall_difference", v, scope=scope | {"gender": g}) for g, v in (("female", 0.1), ("male", -0.1)))
    return plus(card, *made)


def worst_f1(card: Card, *, is_same: bool) -> Card:
    """The class of the lowest recall, or another, has an F1 far below all others."""
    recalls = [m for m in card.audit.measures if m.metric == "recall" and set(m.scope) == {"class"}]
    ranked = sorted(recalls, key=lambda m: m.value or 0.0)
    return plus(card, figure("f1", 0.1, scope={"class": ranked[0 if is_same else -1].scope["class"]}))


def hiring(card: Card, n_of_few: int) -> Card:
    """The table of a bias audit, one category of so many people."""
    of_few = "Native Hawaiian or Other Pacific Islander" if n_of_few < 900 else "Asian"
    categories = {"female": "Female", "male": "Male", "north": "White", "south": of_few}
    asked = BiasAuditTable.model_validate(
        {"selected": "nurse", "sex": "gender", "race_ethnicity": "region", "categories": categories}
    )
    scopes = (
        ("gender", "female", 900),
        ("gender", "male", 900),
        ("region", "north", 900),
        ("region", "south", n_of_few),
    )
    rates = (figure("selection_rate", 0.5, n=n, scope={"class": "nurse", column: group}) for column, group, n in scopes)
    return provided(plus(card, *rates), bias_audit=asked)


def own_thresholds(card: Card, n_labels: int) -> Card:
    scopes = ({"class": label, "gender": "female"} for label in card.audit.facts.labels[:n_labels])
    return plus(card, *(figure("group_threshold", 0.37, scope=scope) for scope in scopes))


def changed_pairs(card: Card, n: int) -> Card:
    assert card.changes is not None
    paired = card.changes.paired[0]
    many = tuple(paired.model_copy(update={"id": f"recall_change{{class=c{place}}}"}) for place in range(n))
    return card.model_copy(update={"changes": card.changes.model_copy(update={"paired": many})})


def cleaned(card: Card, **changes: Any) -> Card:
    assert card.cleaning is not None
    return card.model_copy(update={"cleaning": card.cleaning.model_copy(update=changes)})


def split(card: Card, *, stratify: bool) -> Card:
    told = {"validation": 0.2, "test": 0.2, "stratify": stratify}
    return card.model_copy(update={"data": card.data | {"split": told}})


def gaps_of_work(card: Card, *values: float) -> Card:
    """The first probe looks for the names of people at work."""
    scopes = ({"probe": "ner_profession", "profession": f"profession {place}"} for place in range(len(values)))
    made = (
        figure("work_recall_gap", v, scope=scope, unit="difference") for v, scope in zip(values, scopes, strict=True)
    )
    return probed(card, probe="ner_profession", measures=tuple(made), findings=())


def said(card: Card, *metrics: str, **made: Any) -> Card:
    """Answers of a model behind an API, with its refusals or disagreement where they were counted."""
    told = {"model": "vendor/large", "date": "2026-11-01"} | made
    counted = plus(card, *(figure(metric, 0.1) for metric in metrics))
    return counted.model_copy(update={"data": card.data | {"produced_by": told}})


def nothing_in_slices(card: Card) -> Card:
    values = {"n_candidates": 90, "n_tested": 10}
    found = Finding(
        severity="info", kind="slice", verdict="insufficient evidence", key="slices_none", measures=(), values=values
    )
    return audited(card, findings=(found,))


def one_class_told(card: Card, **changes: Any) -> Card:
    """Of two open classes one has a number of examples that would decide it, and the other what is said."""
    told = figure("recall_gap", 0.12, 0.09, scope={"class": "nurse", "attribute": "gender"}, q=0.2, p=0.2)
    other = figure("recall_gap", 0.05, 0.04, scope={"class": "chef", "attribute": "gender"}, q=0.2, p=0.2)
    return plus(open_finding(card, "recall", "nurse", "chef"), told, other.model_copy(update=changes))


def many_groups(card: Card, n: int) -> Card:
    """Recall of one class in so many groups of one more column."""
    scopes = ({"class": "nurse", "region": f"region {place}"} for place in range(n))
    without = minus(card, lambda m: "region" in m.scope)
    return plus(without, *(figure("recall", 0.8, scope=scope) for scope in scopes))


def trained(card: Card, train: list[float], validation: list[float], *scores: float) -> Card:
    """The diagnosis of a learning curve whose last point was kept; scores of training and validation texts there."""
    on_train, on_validation = scores or (None, None)
    points = tuple(
        CurvePoint(
            step=10 * i, epoch=i, train_loss=t, validation_loss=v,
            train_metrics={"f1_macro": on_train} if on_train else {},
            validation_metrics={"f1_macro": on_validation} if on_validation else {},
        )
        for i, (t, v) in enumerate(zip(train, validation, strict=True), 1)
    )  # fmt: skip
    curve = LearningCurve(metric="f1_macro", points=points, best_step=10 * len(points), stopped_early=True)
    return audited(card, curve=diagnose(curve))

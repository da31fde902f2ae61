"""Every sentence that a section can print has a card that makes it untrue, on which it is not printed.

A sentence of the language packs that is neither a claim with such cards nor true whatever the figures are fails here.
"""

import runpy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from boletim.contracts.answers.question_answers import QuestionFacts
from boletim.contracts.configuration.card import CardConfig, Decision
from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.finding import SEVERITY_OF
from boletim.contracts.language import known_languages
from boletim.contracts.meaning import Reason, message
from boletim.contracts.results.card import Card
from boletim.contracts.results.facts import WeightFacts
from boletim.contracts.results.left_out import LeftOut
from boletim.contracts.results.mitigations import Leakage
from boletim.contracts.results.search import Mishap

S: Any = type("Sample", (), runpy.run_path(str(Path(__file__).with_name("sample_sentences.py"))))
Make = Callable[..., Card]
ROOT = Path(__file__).resolve().parents[2]
TOLD: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text("utf-8"))
WEIGHTS = WeightFacts(smallest=0.5, largest=2.0, effective=900.0)
EXAMPLES = [{"female": "she", "male": "he", "predicted_female": "a", "predicted_male": "b"}]
FALLING = [1.5, 0.6, 0.3, 0.16]

CARDS: dict[str, Callable[[Card, Make], Card]] = {
    "sample": lambda card, make: card,
    "real": lambda card, make: make(synthetic=False),
    "elsewhere": lambda card, make: make(
        search=None, cleaning=None, cost=None, probes=None, synthetic=False,
        audit=card.audit.model_copy(update={"curve": None}),
    ),
    "first": lambda card, make: make(changes=None),
    "other texts": lambda card, make: card.model_copy(update={"changes": card.changes.model_copy(update={
        "is_same_texts": False, "only_old": (), "only_new": ("accuracy",)})}),
    "no groups": lambda card, make: make(audit=S.without_groups(card.audit), gates=()),
    "all decided": lambda card, make: S.failing(CARDS["no groups"](card, make), slices=(), n_candidates=0),
    "no scores": lambda card, make: make(audit=S.without_scores(card).audit),
    "weighted": lambda card, make: S.of_facts(card, weights=WEIGHTS, settings=card.audit.facts.settings.model_copy(
        update={"is_weighted": True})),
    "family of none": lambda card, make: S.of_facts(card, settings=card.audit.facts.settings.model_copy(
        update={"family_size": 0})),
    "sums": lambda card, make: S.summed(card),
    "faultless": lambda card, make: S.faultless(card, ("nurse", "chef")),
    "one miss": lambda card, make: S.faultless(card, ("nurse", "chef"), missed="chef"),
    "one class judged": lambda card, make: S.few_classes(card, n_judged=1),
    "two classes judged": lambda card, make: S.few_classes(card, n_judged=2),
    "below four fifths": lambda card, make: S.ratio(card, 0.799),
    "far below four fifths": lambda card, make: S.ratio(card, 0.7),
    "four fifths": lambda card, make: S.ratio(card, 0.8),
    "correlated": lambda card, make: S.plus(card, S.figure(
        "recall_difference_share_correlation", 0.3, scope={"gender": "female"})),
    "bf16": lambda card, make: S.precision(card, is_used=True),
    "bf16 refused": lambda card, make: S.precision(card, is_used=False),
    "crossed": lambda card, make: S.minus(card, lambda m: {"gender", "region"} <= set(m.scope)),
    # gates
    "gate passes": lambda card, make: make(gates=(S.PASSED,), audit=S.without_groups(card.audit), probes=None),
    "gate fails": lambda card, make: make(gates=(S.FAILED,)),
    "gate open": lambda card, make: make(gates=(S.OPEN,)),
    "no gate": lambda card, make: make(gates=()),
    "waived": lambda card, make: make(gates=(S.waived("2026-12-31"),)),
    "waiver over": lambda card, make: make(gates=(S.waived("2026-01-01"),)),
    "with conditions": lambda card, make: make(gates=(S.PASSED,)),
    "seven gates": lambda card, make: make(gates=(S.PASSED,) * 7),
    "six gates": lambda card, make: make(gates=(S.PASSED,) * 6),
    "four fail": lambda card, make: make(gates=(S.FAILED,) * 4),
    "three fail": lambda card, make: make(gates=(S.FAILED,) * 3),
    "sealed": lambda card, make: card.model_copy(update={"provenance": card.provenance.model_copy(
        update={"gates_sealed": "2026-03-01T10:00:00+00:00"})}),
    "gap gate": lambda card, make: make(gates=(
        GateConfig(measure="recall_gap{class=nurse,attribute=gender}", at_most=0.01),)),
    "gap gate open": lambda card, make: make(gates=(
        GateConfig(measure="recall_gap{class=nurse,attribute=gender}", at_most=0.3),)),
    "gate without value": lambda card, make: make(gates=(
        GateConfig(measure="recall_gap{attribute=region}", at_most=0.1),)),
    # what the owner wrote
    "silent owner": lambda card, make: make(provided=CardConfig()),
    "accuracy, gated elsewhere": lambda card, make: make(
        audit=S.shown_gap(make, card, "accuracy").audit, gates=(GateConfig(measure="f1_macro", at_least=0.5),)),
    "small group": lambda card, make: card.model_copy(update={"audit": card.audit.model_copy(update={"measures": tuple(
        m.model_copy(update={"undefined_because": Reason.of("below_min_group", n=3, least=30)})
        if m.id == "accuracy{gender=female}" else m for m in card.audit.measures)})}),
    "owner without signatory": lambda card, make: make(provided=CardConfig(owner="Ada", contact="ada@example.org")),
    "silent owner without data": lambda card, make: make(provided=CardConfig()).model_copy(update={"data": {}}),
    "owner acts": lambda card, make: S.provided(card, actions=()),
    "owner acts and decides": lambda card, make: S.provided(card, actions=(), decision=Decision()),
    "demanding profile": lambda card, make: S.provided(card, profile="eu_high_risk"),
    "foreign owner": lambda card, make: S.provided(card, languages=("pt-BR",)),
    "attached": lambda card, make: card.model_copy(update={"provenance": card.provenance.model_copy(
        update={"predictions_sha256": "e" * 64})}),
    "clustered": lambda card, make: S.of_facts(CARDS["attached"](card, make), settings=(
        card.audit.facts.settings.model_copy(update={"is_clustered": True}))),
    "example": lambda card, make: S.provided(card, example=True),
    "professions open": lambda card, make: S.found(card, "probe", "gender_profession_professions_shown", values={
        "n": 20, "n_shown": 1, "n_open": 2, "margin": 0.05, "names": "smith", "undecided": "cook, maid",
        "class_name": "nurse"}),
    "professions decided": lambda card, make: S.found(card, "probe", "gender_profession_professions_shown", values={
        "n": 20, "n_shown": 1, "n_open": 0, "margin": 0.05, "names": "smith", "undecided": None,
        "class_name": "nurse"}),
    "idle steps": lambda card, make: card.model_copy(update={"cleaning": card.cleaning.model_copy(
        update={"not_removed": ("missing_text",)})}),
    "kept by owner": lambda card, make: S.provided(CARDS["attached"](card, make), attach_predictions=False),
    "too many": lambda card, make: S.of_facts(CARDS["attached"](card, make), n=10**6),
    "questions kept": lambda card, make: S.questions(CARDS["attached"](card, make)),
    **{name: lambda card, make, own=own: S.plus(S.spans(card, **own), S.figure(
        "recall_micro_gap", 0.1, scope={"attribute": "gender"}))
        for name, own in (("spans, one type", {"entity_columns": ("gender",)}), ("spans, all types", {}))},
    "spans of texts": lambda card, make: S.spans(CARDS["clustered"](card, make)),
    "spans of authors": lambda card, make: S.spans(CARDS["clustered"](card, make), names_clusters=True),
    "spans of documents": lambda card, make: S.spans(CARDS["clustered"](card, make), has_documents=True),
    # failures
    "no texts": lambda card, make: S.failing(card, has_texts=False),
    "texts shown": lambda card, make: S.failing(card, errors=card.audit.failures.errors[:1]),
    "no slices": lambda card, make: S.failing(card, slices=(), n_candidates=0),
    "no copies": lambda card, make: S.failing(card, n_copies=0),
    "one copy": lambda card, make: S.failing(card, n_copies=1),
    "unknown training": lambda card, make: S.failing(card, n_copies=None),
    "no suspicion": lambda card, make: S.minus(card, lambda m: m.metric == "suspected_labels"),
    # the search
    "one trial": lambda card, make: S.searched(card, trials=tuple(
        t for t in card.search.trials if t.state != "complete" or t.number == 1)),
    "out of time": lambda card, make: S.searched(card, ended_because="timeout"),
    "quiet search": lambda card, make: S.searched(card, mishaps=(), excluded={}),
    **{
        f"mishap {kind}": lambda card, make, kind=kind, values=values: S.searched(
            card, mishaps=(Mishap(kind=kind, trial=0, values=values, reason=message("x")),))
        for kind, values in {
            "interrupted_resumed": {"n": 1, "step": 10}, "interrupted_repeated": {"n": 1}, "out_of_memory": {},
            "out_of_memory_mended": {"batch": 4, "parts": 2, "effective": 8}, "not_finite": {}, "disk_full": {"n": 2},
        }.items()
    },
    "two objectives": lambda card, make: S.fronted(
        card, S.point(1, 0.9, 0.1), S.point(0, 0.91, 0.3), S.point(2, 0.8, 0.05, is_tied=False)),
    "one is best": lambda card, make: S.fronted(
        card, S.point(1, 0.9, 0.1), S.point(0, 0.8, 0.3, is_on_front=False, is_tied=False)),
    "others are tied": lambda card, make: S.again(card, S.confirmation(0)),
    "a larger one is best": lambda card, make: S.again(card, S.confirmation(0), first=True),
    "another violates": lambda card, make: S.again(card, S.confirmation(0, 0.9, is_tied=False, violation=0.1)),
    "one seed": lambda card, make: S.plus(card, S.figure("validation_score", 0.9, scope={"metric": "f1_macro"})),
    "seeds": lambda card, make: S.again(CARDS["one seed"](card, make), S.confirmation(0)),
    "constraint kept": lambda card, make: S.constrained(card, 0.1, 0.0),
    "constraint missed": lambda card, make: S.constrained(card, 0.1, 0.1),
    "sizes": lambda card, make: S.sized(card, "more_data_shown"),
    "sizes missing": lambda card, make: S.sized(card, "more_data_absent", n_missing=1),
    # mitigations
    "mitigated": lambda card, make: S.mitigated(card, S.mitigation("both"), chosen="both"),
    "none improved": lambda card, make: S.mitigated(card, S.mitigation("both", "no change")),
    "erased": lambda card, make: S.mitigated(card, S.mitigation("erase"), chosen="erase", n_small=1, n_swapped=9,
        leakage=(Leakage(attribute="gender", chance=0.5, before=S.figure("group_leakage", 0.9),
                           after=S.figure("group_leakage", 0.5)),)),
    "open beside": lambda card, make: S.mitigated(card, S.mitigation("both", untold=("f1_macro",)), chosen="both"),
    "own thresholds": lambda card, make: S.plus(CARDS["mitigated"](card, make), S.figure(
        "group_threshold", 0.37, scope={"class": "nurse", "gender": "female"})),
    "mitigation tested": lambda card, make: S.tested(S.mitigated(card, S.mitigation("both"), chosen="both")),
    # probes
    "no probes": lambda card, make: make(probes=None),
    "same answers": lambda card, make: S.probed(card, data={"examples": [EXAMPLES[0] | {"predicted_male": "a"}]}),
    "other answers": lambda card, make: S.probed(card, data={"examples": EXAMPLES}),
    "some pairs held": lambda card, make: S.probed(card, data={"examples": EXAMPLES * 2, "n_flips": 9}),
    "left alone": lambda card, make: S.probed(card, data={
        "left_alone_because": {"x": 3}, "n_left_alone": 3, "n_texts": 9}),
    "data set": lambda card, make: S.probed(card, data={"data_set": "d", "licence": "MIT", "data_sha256": "a" * 64}),
    "unusable": lambda card, make: S.probed(card, unusable_because=Reason.of("no_texts")),
    "no gaps": lambda card, make: S.probed(card, measures=()),
    "validated": lambda card, make: S.validated(card, "gender_profession"),
    "wholly validated": lambda card, make: S.validated(card, "gender_profession", "pronoun_swap"),
    # kinds of answers
    "asked": lambda card, make: S.asked(card),
    "asked, fitted": lambda card, make: S.asked(card, slope=0.5, offsets={"nurse": 0.2}, calibration="validation",
        label_scores="mean"),
    "asked, prior": lambda card, make: S.asked(card, offsets={"nurse": 0.2}, calibration="prior", label_scores="pmi"),
    "asked, empty": lambda card, make: S.asked(card, offsets={"nurse": 0.2}, calibration="content_free"),
    "two prompts": lambda card, make: S.prompts(card, 2),
    "one prompt": lambda card, make: S.prompts(card, 1),
    "label sets": lambda card, make: S.label_sets(card),
    "questions": lambda card, make: S.questions(card),
    "questions, all answerable": lambda card, make: S.questions(card, n_unanswerable=0),
    "questions, more": lambda card, make: S.plus(S.questions(card, n_moved=1, n_several=5), S.figure(
        "token_f1_language", 0.8)),
    "questions, threshold": lambda card, make: S.answering(card, 0.5, is_chosen=True),
    "questions, threshold elsewhere": lambda card, make: S.unsearched(S.answering(card, 0.5, is_chosen=True)),
    "questions, always elsewhere": lambda card, make: S.unsearched(S.answering(card, None, is_chosen=True)),
    "questions, always": lambda card, make: S.answering(card, None, is_chosen=True),
    "questions, given": lambda card, make: S.answering(card, 0.0, is_chosen=False),
    "questions, always given": lambda card, make: S.answering(card, None, is_chosen=False),
    "questions alone": lambda card, make: S.questions(card).model_copy(update={"audit": S.questions(
        card).audit.model_copy(update={"facts": S.questions(card).audit.facts.model_copy(update={
            "own": QuestionFacts(language="en", n_answerable=9)})})}),
    "scores, rated": lambda card, make: S.scored(S.rated(card, "beyond")),
    "scores": lambda card, make: S.scored(card),
    "scores, clusters": lambda card, make: S.scored(card, n_clusters=40),
    "scores, down": lambda card, make: S.scored(card, higher_is_better=False, range=(0.0, 1.0)),
    "spans": lambda card, make: S.spans(card),
    "spans, documents": lambda card, make: S.spans(
        card, has_documents=True, n_repaired_gold=1, entity_columns=("gender",)),
    # advice
    **{
        f"{kind} {name}": lambda card, make, kind=kind, key=key: S.found(
            S.sized(card, key) if key else card, kind, "x")
        for kind in ("disparity", "slice")
        for name, key in {"more": "more_data_shown", "no_more": "more_data_absent", "untold": None}.items()
        if kind == "slice"
    },
    **{
        f"found {kind}": lambda card, make, kind=kind: S.found(card, kind, "x")
        for kind in ("baseline", "calibration", "prompts", "probe", "data")
    },
    "gender probe": lambda card, make: S.found(card, "probe", "pronoun_swap_x"),
    "gender probe, swaps": lambda card, make: S.found(
        S.mitigated(card, S.mitigation("both")), "probe", "pronoun_swap_x"),
    "gender probe, no swaps": lambda card, make: S.found(
        S.mitigated(card, S.mitigation("both", "worse")), "probe", "pronoun_swap_x"),
    # more gates, gaps and tables
    **{
        f"lacks {need}": lambda card, make, need=need, what=what: S.of_facts(card, lacks={what: need})
        for need, what in {
            "one_label_each": "scoring_rates", "equal_weights": "failures", "classes": "paired_comparison",
            "right_answers": "thresholds", "one_answer_each": "costs",
        }.items()
    },
    **{
        f"no need: {key}": lambda card, make, key=key: S.gate_needs(card, no_need=key)
        for key in ("not_judged", "on_bar", "left_out", "chance", "too_many")
    },
    "need of class": lambda card, make: S.gate_needs(card, measure="recall{class=nurse}", n_needed=500),
    "need": lambda card, make: S.gate_needs(card, n_needed=500),
    **{
        f"{metric}{' of a class' if label else ''}, {name}": lambda card, make, metric=metric, label=label, bar=bar: (
            S.shown_gap(make, card, metric, label, bar=bar))
        for metric, label in (
            ("recall", "nurse"), ("accuracy", ""), ("f1_macro", ""), ("accuracy", "nurse"), ("recall", ""))
        for name, bar in (("no gate", None), ("missed", 0.05), ("open", 0.15))
    },
    "nothing shown": lambda card, make: S.open_finding(make(probes=None, gates=()), "accuracy"),
    "open class": lambda card, make: S.open_finding(card, "recall", "nurse"),
    "open classes": lambda card, make: S.open_finding(card, "recall", "nurse", "chef"),
    "open, scores": lambda card, make: S.open_finding(S.scored(card), "rouge"),
    "two seeds": lambda card, make: make(search=S.again(card, S.confirmation(0)).search),
    "gate without value or reason": lambda card, make: S.gate_needs(
        CARDS["gate without value"](card, make), value=None, low=None, high=None, undefined_because=None),
    "questions, assembled": lambda card, make: make(
        audit=S.questions(S.without_scores(card)).audit, gates=(), probes=None),
    "scores, assembled": lambda card, make: make(audit=S.scored(S.without_scores(card)).audit, gates=(), probes=None),
    "worst by F1 too": lambda card, make: S.worst_f1(card, is_same=True),
    "another worst by F1": lambda card, make: S.worst_f1(card, is_same=False),
    "validated, planted": lambda card, make: S.validated(card, "pronoun_swap", are_planted=(True,)),
    "validated, both": lambda card, make: S.validated(card, "pronoun_swap", are_planted=(False, True)),
    "owner tells changes": lambda card, make: S.provided(card, changes="Second release."),
    "kept point": lambda card, make: S.curved(card),
    "curve seen": lambda card, make: S.seen(card),
    "curve seen, no metric": lambda card, make: S.seen(card, train_metric=None),
    "curve seen, no metric, rose": lambda card, make: S.seen(card, train_metric=None, learnt=-0.1),
    "curve seen, level": lambda card, make: S.seen(card, rise=0.0),
    "curve seen, first kept": lambda card, make: S.seen(card, rise=None),
    "curve seen, falling": lambda card, make: S.seen(card, fall=0.2, train_fall=0.2),
    "curve seen, rose": lambda card, make: S.seen(card, fall=-0.14, train_fall=-0.1),
    "texts counted": lambda card, make: S.searched(card, train_sample_n=400),
    "other texts language": lambda card, make: card.model_copy(update={"language": "pt-BR"}),
    "other texts language, classes named": lambda card, make: S.provided(
        CARDS["other texts language"](card, make),
        names={code: {label: f"the {label}" for label in card.audit.facts.labels} for code in ("en", "pt-BR")}),
    "planned": lambda card, make: S.planned(card, learning_rate=(1e-5, 5e-4)),
    "planned, median": lambda card, make: S.planned(card, "median", learning_rate=(1e-5, 5e-4)),
    "planned, before": lambda card, make: S.planned(card, "hyperband", learning_rate=(1e-5, 5e-4)),
    "planned, before, none stopped": lambda card, make: S.searched(S.planned(card, "hyperband"), n_pruned=0),
    "planned, none stopped": lambda card, make: S.searched(S.planned(card), n_pruned=0),
    "planned, median, none stopped": lambda card, make: S.searched(S.planned(card, "median"), n_pruned=0),
    "planned, one trial": lambda card, make: S.planned(card, n_trials=1, learning_rate=(1e-5, 5e-4)),
    "planned, many trials": lambda card, make: S.planned(card, n_trials=20, learning_rate=(1e-5, 5e-4)),
    "planned, too few to learn from": lambda card, make: S.planned(card, n_trials=11, learning_rate=(1e-5, 5e-4)),
    "planned, not written down": lambda card, make: S.planned(card, n_trials=20, n_fixed=None),
    "planned, all fixed": lambda card, make: S.planned(card, n_fixed=3),
    "planned, prompts alone": lambda card, make: S.planned(card, "none"),
    "planned, two fixed": lambda card, make: S.planned(card, n_fixed=2),
    "planned, none fixed": lambda card, make: S.planned(card, n_fixed=0),
    "planned, many trials, none fixed": lambda card, make: S.planned(card, n_trials=20, n_fixed=0),
    "planned, patient": lambda card, make: S.patient(S.planned(card)),
    "corrected": lambda card, make: S.corrected(card, 0.8),
    "corrected, one trial": lambda card, make: S.corrected(CARDS["one trial"](card, make), 0.8),
    **{f"scored 0.8, corrected {value}": lambda card, make, value=value: S.chosen(card, 0.8, value)
        for value in (0.7, 0.8, 0.9)},
    "scored 0.8, tied": lambda card, make: S.chosen(S.tied(card), 0.8, 0.7),
    "scored 0.8, one trial": lambda card, make: S.chosen(CARDS["one trial"](card, make), 0.8, 0.7),
    "scored 0.8, other seeds": lambda card, make: S.again(S.chosen(card, 0.8, 0.7), S.confirmation(0)),
    "no precision": lambda card, make: S.minus(card, lambda m: m.metric == "precision"),
    "no areas": lambda card, make: S.minus(card, lambda m: m.metric in ("roc_auc", "average_precision")),
    "no gaps of classes": lambda card, make: S.minus(
        card, lambda m: m.metric == "recall_gap" and "class" in m.scope),
    "corrected by an older version": lambda card, make: S.corrected(card, 0.8, None),
    "corrected in vain": lambda card, make: S.corrected(card, None),
    "no failures": lambda card, make: S.audited(card, failures=None),
    "no slice": lambda card, make: S.failing(card, slices=()),
    "at ease": lambda card, make: S.at_ease(card),
    "data told": lambda card, make: make(provided=CardConfig(data_provenance="Made by a program.")),
    "timed once": lambda card, make: S.timed_once(card),
    "curve seen, few points": lambda card, make: S.seen(S.with_points(card, 5)),
    "no address": lambda card, make: S.provided(card, contact="The clerk of the registry"),
    "oversight told": lambda card, make: make(provided=CardConfig.model_validate(
        dict.fromkeys(("oversight", "decision_rule", "monitoring"), "By a person."))),
    "unknown revision": lambda card, make: card.model_copy(update={"model": card.model.model_copy(update={
        "base_revision": None})}),
    "some own classes": lambda card, make: S.own_classes(card, 1),
    "no own classes": lambda card, make: S.own_classes(card, 0),
    "all own classes": lambda card, make: S.own_classes(card, 3),
    "gate passes, finding open": lambda card, make: S.beside(card, "insufficient evidence", "pass"),
    "gate open, finding open": lambda card, make: S.beside(card, "insufficient evidence", "insufficient evidence"),
    "gate fails, gap shown": lambda card, make: S.beside(card, "shown", "fail"),
    "gate open, gap shown": lambda card, make: S.beside(card, "shown", "insufficient evidence"),
    "gate at the margin": lambda card, make: S.beside(card, "insufficient evidence", "pass", 0.05),
    "base model": lambda card, make: S.based(card),
    "thresholds": lambda card, make: S.thresholded(card),
    "ratios": lambda card, make: S.ratios(card),
    "backgrounds": lambda card, make: S.backgrounds(card),
    "differences": lambda card, make: S.differences(card),
    "label sets, few": lambda card, make: S.label_sets(S.few_classes(card, n_judged=2)),
    "label sets, calibrated": lambda card, make: S.plus(S.label_sets(card), *(S.figure(
        f"label_calibration_error{end}", 0.1, scope={"class": "nurse"}) for end in ("", "_debiased"))),
    "spans, few": lambda card, make: S.spans(S.few_classes(card, n_judged=2)),
    "question words": lambda card, make: S.plus(S.questions(card), *(
        S.figure(metric, 0.7, scope=scope) for metric in ("token_f1", "exact_match")
        for scope in ({"question_word": "who"}, {"context_words": "081-120"}, {"gender": "female"}))),
    "no gap of a column": lambda card, make: S.plus(card, *(
        S.figure("accuracy_gap", None, scope={"attribute": name}, undefined_because=Reason.of("few_groups", least=30))
        for name in ("region", "gender"))),
    "left-out trial": lambda card, make: S.searched(S.fronted(card, S.point(1, 0.9, 0.1)), trials=card.search.trials),
    "no reason": lambda card, make: S.gate_needs(card, value=None, low=None, high=None, undefined_because=None),
    "left-out classes": lambda card, make: S.plus(card, S.figure("accuracy_gap", 0.02, scope={"attribute": "gender"},
        left_out=LeftOut(classes=("nurse",), n_classes=1, limit=0.3))),
    **{
        f"left-out {what}": lambda card, make, told=told: S.plus(card, S.figure(
            "accuracy_gap", 0.02, scope={"attribute": "gender"}, left_out=LeftOut(limit=0.3, **told)))
        for what, told in {
            "group": {"groups": {"C": 28}, "n_groups": 1}, "groups": {"groups": {"C": 28, "D": 3}, "n_groups": 2},
            "rows": {"n_without_group": 9},
        }.items()
    },
    **{
        f"crossed {what}": lambda card, make, gap=gap, rule=rule: S.crossing(make, card, gap, rule)
        for what, gap, rule in (("wider", 0.3, "repeats"), ("narrower", 0.15, "repeats"), ("severe", 0.3, "far_beyond"))
    },
    **{f"rated {rule}": lambda card, make, rule=rule: S.rated(card, rule) for rule in SEVERITY_OF},
    "nothing rated": lambda card, make: S.audited(card, findings=()).model_copy(update={"probes": None}),
    "shown alike": lambda card, make: S.shown_alike(make, card),
    "far from the margin": lambda card, make: S.of_facts(card, settings=card.audit.facts.settings.model_copy(
        update={"margin": 0.2})),
    **{
        f"{n} conditions": lambda card, make, n=n: make(gates=(S.PASSED,), probes=None, audit=card.audit.model_copy(
            update={"findings": S.shown_gap(make, card, "accuracy").audit.findings * n}))
        for n in (3, 4)
    },
    "pickled": lambda card, make: card.model_copy(update={"model": card.model.model_copy(update={
        "weights_format": "from_pickle"})}),
    # what few cards have
    "hiring": lambda card, make: S.hiring(card, 900),
    "hiring, few": lambda card, make: S.hiring(card, 10),
    "six own thresholds": lambda card, make: S.own_thresholds(CARDS["mitigated"](card, make), 6),
    "five own thresholds": lambda card, make: S.own_thresholds(CARDS["mitigated"](card, make), 5),
    "15 pairs": lambda card, make: S.changed_pairs(card, 15),
    "14 pairs": lambda card, make: S.changed_pairs(card, 14),
    "removed across splits": lambda card, make: S.cleaned(card, removed={"duplicate_across_splits": 2}),
    "answers cleaned": lambda card, make: S.cleaned(
        card, removed={"answer_not_in_text": 2}, changed={"answers_moved": 2}),
    "nothing to clean": lambda card, make: S.cleaned(card, removed={}, changed={}),
    "questions, by text": lambda card, make: S.split(S.questions(card), stratify=True),
    "questions, split": lambda card, make: S.split(S.questions(card), stratify=False),
    "work": lambda card, make: S.gaps_of_work(card, 0.3, -0.1, 0.0),
    "work, no gap": lambda card, make: S.gaps_of_work(card),
    "API": lambda card, make: S.said(card),
    "API, refusals": lambda card, make: S.said(card, "refusal_rate", refusals=("I cannot answer",)),
    "API, none refused": lambda card, make: S.said(card, refusals=("I cannot answer",)),
    "API, repeats": lambda card, make: S.said(card, "disagreement", repeats="text"),
    "lacks no_refusals": lambda card, make: S.of_facts(card, lacks={"costs": "no_refusals"}),
    **{
        f"spans{of}, {name}": lambda card, make, label=label, bar=bar: S.shown_gap(
            make, S.spans(card), "recall", label, bar=bar)
        for of, label in ((" of a class", "nurse"), ("", ""))
        for name, bar in (("no gate", None), ("missed", 0.05), ("open", 0.15))
    },
    **{
        f"{name}{gated}": lambda card, make, of=of, metric=metric, label=label, gates=gates: make(
            audit=S.shown_gap(make, of(card), metric, label).audit, gates=gates)
        for name, of, metric, label in (
            ("spans of a class", S.spans, "recall", "nurse"), ("spans, micro", S.spans, "recall_micro", ""),
            ("spans, precision", S.spans, "precision_micro", ""),
            ("questions, exact", S.questions, "exact_match", ""))
        for gated, gates in (("", ()), (", gated elsewhere", (GateConfig(measure="f1_macro", at_least=0.5),)))
    },
    "validation absent": lambda card, make: S.validated(card, "gender_profession", obtained=None),
    "slices, none": lambda card, make: S.nothing_in_slices(card),
    "one class told": lambda card, make: S.one_class_told(card),
    "other not judged": lambda card, make: S.one_class_told(card, undefined_because=Reason.of("few_groups", least=30)),
    "other left out": lambda card, make: S.one_class_told(card, left_out=LeftOut(classes=("nurse",), n_classes=1)),
    "seven regions": lambda card, make: S.many_groups(card, 7),
    "six regions": lambda card, make: S.many_groups(card, 6),
    "good fit": lambda card, make: S.trained(card, FALLING, [1.5, 0.7, 0.4, 0.29], 0.97, 0.95),
    "good fit, smoothed": lambda card, make: S.trained(
        card, [*FALLING, 0.14, 0.12], [1.5, 0.7, 0.4, 0.29, 0.26, 0.27], 0.97, 0.95),
    "objective apart": lambda card, make: S.trained(
        card, [*FALLING, 0.14, 0.12], [1.5, 0.7, 0.4, 0.29, 0.26, 0.27], 0.95, 0.80),
    "objective and losses apart": lambda card, make: S.trained(
        card, [*FALLING, 0.14, 0.12], [1.5, 0.8, 0.5, 0.45, 0.44, 0.44], 0.95, 0.80),
    "small losses": lambda card, make: S.trained(card, [0.2, 0.15, 0.12, 0.1], [0.2, 0.15, 0.13, 0.12]),
    "swinging": lambda card, make: S.trained(
        card, [0.9, 0.7, 0.6, 0.5, 0.4, 0.3], [0.5, 0.9, 0.5, 0.9, 0.5, 0.9]),
    "good fit, wide": lambda card, make: S.trained(card, FALLING, [1.5, 0.8, 0.5, 0.40], 0.97, 0.95),
    "good fit, no scores": lambda card, make: S.trained(card, FALLING, [1.5, 0.7, 0.4, 0.29]),
    "good fit, no gap": lambda card, make: S.trained(card, FALLING, [1.5, 0.6, 0.29, 0.155], 0.97, 0.95),
    "last card had more": lambda card, make: card.model_copy(update={"changes": card.changes.model_copy(update={
        "only_old": ("mcc",)})}),
}  # fmt: skip
"""Each differs from the sample in what its name says."""


@pytest.fixture(scope="module")
def keys_of(card: Card, make_card: Make) -> Callable[[str], set[str]]:
    """keys_of(name): of the texts that a card of CARDS prints."""
    return cache(lambda name: S.printed(CARDS[name](card, make_card)))


@pytest.mark.parametrize("code", known_languages())
def test_every_sentence_is_a_claim_with_cards_or_true_whatever_the_figures_are(code: str) -> None:
    told = [*TOLD["always"], *TOLD["claims"], *TOLD["elsewhere"]]
    assert len(told) == len(set(told))
    for key, test in TOLD["elsewhere"].items():
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), key
    known = set(S.sentences("en"))
    assert known - set(told) == set()
    assert {key for key in told if S.raw(code, key) is None} == set()


def test_a_sentence_without_cards_is_noticed() -> None:
    content = {"groups": {"new": "Every group is served alike by this model."}, "status": {"pass": "Pass"}}
    assert S.sentences_of(content) == ["groups.new"]
    assert "groups.new" not in {*TOLD["always"], *TOLD["claims"], *TOLD["elsewhere"]}


def test_each_claim_is_printed_where_it_is_true_and_not_where_it_would_be_untrue(
    keys_of: Callable[[str], set[str]],
) -> None:
    wrong = {}
    for key, cards in TOLD["claims"].items():
        assert cards["on"], key
        assert cards["off"], key
        missing = [name for name in cards["on"] if key not in keys_of(name)]
        untrue = [name for name in cards["off"] if key in keys_of(name)]
        if missing or untrue:
            wrong[key] = {"missing": missing, "untrue": untrue}
    assert wrong == {}


def test_what_holds_always_is_on_the_sample_card(keys_of: Callable[[str], set[str]]) -> None:
    assert set(TOLD["always"]) <= keys_of("sample")

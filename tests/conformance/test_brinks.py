"""Each conclusion has figures at which it is said and others, a hair's breadth off, at which it would be untrue.

At those it is not said, in no language. A key of the language packs without such figures fails here, so that no
sentence is written that nothing tests.
"""

import ast
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from boletim.app.stages.forgotten_cluster import with_forgotten_cluster
from boletim.app.stages.text_language import with_other_language
from boletim.audit.comparison.prompts import spread_finding
from boletim.audit.failures.find import _slice_findings
from boletim.audit.failures.slice_search import JudgedSlice, SliceSearch
from boletim.audit.failures.slices import Slice
from boletim.audit.findings import contradiction_finding, crossings_finding, curve_finding, disparity_findings
from boletim.audit.groups.attribute import UNTESTED
from boletim.audit.kind import kind_named
from boletim.audit.mitigation.finding import mitigation_finding
from boletim.audit.tally.crossings import LeftOut as NotComputed
from boletim.audit.training.learning_curve import diagnose
from boletim.audit.training.sample_sizes import GAIN, _finding
from boletim.contracts.finding import SEVERITY_OF, Finding
from boletim.contracts.language import known_languages, load_language
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.registry import plugin_names
from boletim.contracts.results.mitigations import MitigationRow, MitigationTest
from boletim.contracts.results.sample_sizes import SizeCurve, SizePoint
from boletim.contracts.results.search import CurvePoint, LearningCurve
from boletim.probes.asking.pronoun_figures import pronoun_figures
from boletim.probes.asking.word_tests import _result
from boletim.probes.findings import gender_profession, pronoun_swap
from boletim.probes.findings.claims import list_finding, rate_finding
from boletim.probes.findings.headline import headline
from boletim.reports.page.words import Words
from tests.conformance.test_untrue_sentences import (
    ANY,
    FALLS,
    FAR,
    NEAR,
    REASONS,
    SETTINGS,
    TURNS,
    baseline,
    calibration,
    classes,
    curve,
    gap,
    measure,
    overlap,
)

Said = Finding | None
Ends = tuple[float | None, float | None]
Brinks = dict[str, tuple[list[Said], list[Said]]]
"""By key: findings that say it, and what is said where it would be untrue."""
CONTEXT: Any = SimpleNamespace(margin=0.05, level=0.95)


def pick(found: Any, topic: str) -> Said:
    return next((one for one in found if one.key.rpartition("_")[0] == topic or one.key == topic), None)


def of_margin(topic: str, made: Callable[[float | None, float | None, float], Said], null: float = 0.0) -> Brinks:
    """Of one figure against a margin of 0.05 about a value without preference."""

    def at(low: float | None, high: float | None, q: float = 0.001) -> Said:
        return made(None if low is None else null + low, None if high is None else null + high, q)

    shown, absent = [at(0.052, 0.2), at(-0.2, -0.052)], [at(0.0, 0.048), at(-0.048, 0.048)]
    doubtful = [at(0.048, 0.2), at(-0.2, -0.048), at(-0.052, 0.0), at(None, None), at(0.052, 0.2, q=0.051)]
    return {
        f"{topic}_shown": (shown, absent + doubtful),
        f"{topic}_absent": (absent, shown + doubtful),
        f"{topic}_open": (doubtful, shown + absent),
    }


def of_sign(topic: str, made: Callable[[float | None, float | None, float], Said]) -> Brinks:
    """Of a figure whose scale knows no size that counts as none: nothing is ever shown absent."""
    shown = [made(0.001, 0.2, 0.001), made(-0.2, -0.001, 0.001)]
    doubtful = [made(0.0, 0.2, 0.001), made(-0.2, 0.1, 0.001), made(0.0, 0.0, 0.001), made(None, None, 0.001)]
    doubtful.append(made(0.001, 0.2, 0.051))
    return {f"{topic}_shown": (shown, doubtful), f"{topic}_open": (doubtful, shown)}


def figure(low: float | None, high: float | None, q: float, name: str = "flip_rate", **scope: str) -> Measure:
    value = 0.1 if low is None or high is None else (low + high) / 2
    return measure(name, value, low, high, p=q, q=q, scope=scope)


def of_rates() -> Brinks:
    found: Brinks = {}
    flagging = {"class_name": "toxic"}
    for topic, names in {
        "identity_terms_flagged": flagging,
        "identity_terms_flips": {},
        "perturbation_sensitivity_deviation": flagging,
        "counterfactual_token_fairness_flips": {},
        "counterfactual_token_fairness_gap": {},
        "hatecheck_identity": flagging,
        "ner_profession_mean": {},
    }.items():
        found |= of_margin(topic, lambda *f, t=topic, n=names: rate_finding(t, figure(*f), 0.05, 0.95, **n))
    lists = {"identity_terms_gaps": "group", "first_names_gaps": "class", "first_names_toward": "class"}
    lists |= {"perturbation_sensitivity_names": "group", "hatecheck_gaps": "group", "ner_names": "group"}
    lists |= {"unqover": "question", "bbq": "context"}
    lists |= {"ner_name_swap": "group", "ner_profession_each": "profession"}
    for topic, key in lists.items():

        def several(low: float | None, high: float | None, q: float, topic: str = topic, key: str = key) -> Said:
            made = [figure(low, high, q, "score_gap", **{key: "x"}), figure(0.0, 0.01, 0.9, "score_gap", **{key: "y"})]
            return list_finding(topic, made, key, 0.05, 0.95, **flagging)

        found |= of_margin(topic, several)
    return found


def of_language_models() -> Brinks:
    found: Brinks = {}
    halves: dict[str, dict[str, Any]] = {name: {"null": 0.5} for name in (
        "representation_leakage", "crows_pairs", "crows_changed_token", "all_unmasked_likelihood", "stereoset"
    )}  # fmt: skip
    for topic, more in {**halves, "honest": {"k": 20}}.items():

        def against(low: float | None, high: float | None, q: float, topic: str = topic, more: Any = more) -> Said:
            return headline(topic, figure(low, high, q), 0.95, margin=0.05, **more)

        found |= of_margin(topic, against, float(more.get("null", 0.0)))
    signs: dict[str, dict[str, str]] = {"winobias": {"kind": "1"}, "bec_pro": {"group": "female"}}
    signs |= {"kurita_score": {}, "kurita_shares": {}}
    for probe in ("pronoun_likelihood", "winogender"):
        signs |= {f"{probe}_ratio": {}, f"{probe}_shares": {}}
    for topic, words in signs.items():
        found |= of_sign(topic, lambda *f, t=topic, w=words: headline(t, figure(*f), 0.95, **w))
    for name in ("weat", "seat"):
        shown, doubtful = [word_tests(name, 0.0049)], [word_tests(name, 0.0051)]  # ten tests, after Holm
        found |= {f"{name}_shown": (shown, doubtful), f"{name}_open": (doubtful, shown)}
    return found


def word_tests(name: str, p: float) -> Said:
    context: Any = SimpleNamespace(level=0.95, encoder=None)
    effects = [
        measure("association_effect", 1.0, 0.5, 1.5, p=p if one == 6 else 0.5, scope={"test": f"{one}: a/b c/d"})
        for one in range(1, 11)
    ]
    return _result(name, context, tuple(effects), (), {}, "WEAT.json", "0").findings[0]


def of_gender_profession() -> Brinks:
    def found(at: dict[str, tuple[float | None, float | None, float]], topic: str, has_own: bool = False) -> Said:
        calm = (-0.01, 0.01, 0.9)
        made = [figure(*at.get(name, calm), name) for name in ("flip_rate", "mean_score_gap", "gap_share_correlation")]
        made.append(figure(*at.get("score_gap", calm), "score_gap", profession="nurse"))
        professions = {"nurse": {"has_own_class": has_own, "female": "enfermeira", "male": "enfermeiro"}}
        data = {"professions": professions, "reference_class": "care"}
        return pick(gender_profession.find_all(CONTEXT, made, data), f"gender_profession_{topic}")

    brinks: Brinks = {}
    for topic, name, has_own in (
        ("flips", "flip_rate", False),
        ("mean", "mean_score_gap", False),
        ("mean_own", "mean_score_gap", True),
        ("professions", "score_gap", False),
    ):
        brinks |= of_margin(
            f"gender_profession_{topic}", lambda *f, n=name, t=topic, own=has_own: found({n: f}, t, own)
        )
    return brinks | of_sign("gender_profession_shares", lambda *f: found({"gap_share_correlation": f}, "shares"))


def of_pronoun_swap() -> Brinks:
    def found(at: dict[str, tuple[float | None, float | None, float]], topic: str, is_one_sided: bool = False) -> Said:
        calm = (-0.01, 0.01, 0.9)
        made = [figure(*at.get("flip_rate", calm), "flip_rate")]
        made += [figure(*at.get(name, calm), name, **{"class": "a"}) for name in ("score_gap", "flips_toward")]
        made += [measure(f"left_alone_{side}", 0.3, 0.2, 0.4) for side in ("women", "men")]
        made.append(figure(*at.get("left_alone_gap", calm), "left_alone_gap"))
        if is_one_sided:
            nobody = Reason.of("no_text_about_men")
            made[-1] = made[-1].model_copy(
                update={"value": None, "low": None, "high": None, "undefined_because": nobody}
            )
        return pick(pronoun_swap.find_all(CONTEXT, made), f"pronoun_swap_{topic}")

    names = {"flips": "flip_rate", "gaps": "score_gap", "toward": "flips_toward", "left": "left_alone_gap"}
    brinks: Brinks = {}
    for topic, name in names.items():
        brinks |= of_margin(f"pronoun_swap_{topic}", lambda *f, n=name, t=topic: found({n: f}, t))
    wide = {"left_alone_gap": (-0.2, 0.2, 0.9)}
    brinks["pronoun_swap_left_one_sided_open"] = (
        [found({}, "left_one_sided", is_one_sided=True)],
        [found(wide, "left")],
    )
    return brinks


def of_gaps() -> Brinks:
    found: Brinks = {}
    kinds = [kind_named(name) for name in plugin_names("kind")]
    compared = {kind.scale.said_as or metric for kind in kinds for metric in kind.gaps} - set(UNTESTED)
    for name in (f"{metric}_gap" for metric in compared | {"recall", "f1_macro", "refusal_rate"}):
        shown, absent = (
            [gap(0.051, 0.2, 0.05, name=name)],
            [gap(0.0, 0.05, 0.9, name=name), gap(0.0, 0.04, 0.9, NEAR, name)],
        )
        partial = [gap(0.0, 0.04, 0.9, FAR, name), gap(0.0, 0.05, 0.9, ANY, name)]
        doubtful = [
            gap(0.05, 0.2, 0.001, name=name),
            gap(0.051, 0.2, 0.051, name=name),
            gap(0.0, 0.051, 0.9, name=name),
        ]
        doubtful.append(gap(0.05, 0.2, 0.001, FAR, name))
        found |= {
            f"{name}_shown": (shown, absent + partial + doubtful),
            f"{name}_absent": (absent, shown + partial + doubtful),
            f"{name}_partial": (partial, shown + absent + doubtful),
            f"{name}_open": (doubtful, shown + absent + partial),
        }
    return found


def too_small(has_value: bool) -> Said:
    attribute: Any = SimpleNamespace(labels=("a", "b"), name="g", chief="accuracy", groups=lambda *_: [])
    because: dict[str, Any] = {} if has_value else {"undefined_because": Reason.of("few_groups_with_class", least=30)}
    gaps = [measure("recall_gap", 0.1 if has_value else None, scope={"class": "a", "attribute": "g"}, **because)]
    return pick(disparity_findings(attribute, gaps, SETTINGS), "groups_too_small")


def of_baselines() -> Brinks:
    found: Brinks = {}
    for suffix, origin in (("", "training"), ("_test", "test")):
        at = {
            "beaten": baseline((0.01, 0.05), (0.41, 0.6), 0.4, origin),
            "beaten_f1": baseline((0.0, 0.05), (0.41, 0.6), 0.4, origin),
            "beaten_accuracy": baseline((0.01, 0.05), (0.4, 0.6), 0.4, origin),
            "mixed": baseline((-0.05, -0.01), (0.41, 0.6), 0.4, origin),
            "not_beaten": baseline((-0.01, 0.05), (0.35, 0.45), 0.4, origin),
            "open": baseline((-0.01, 0.051), (0.35, 0.45), 0.4, origin),
        }
        other = {"": "test", "_test": "training"}[suffix]
        for key, said in at.items():
            untrue: list[Said] = [one for name, one in at.items() if name != key]
            untrue.append(baseline((0.01, 0.05), (0.41, 0.6), 0.4, other))
            found[f"baseline_{key}{suffix}"] = ([said], untrue)
    return found


def of_data(tmp_path: Any) -> Brinks:
    fair, poor, unclear = [calibration(0.01, 0.05)], [calibration(0.051, 0.09)], [calibration(0.05, 0.09)]
    lifts, harmless, doubtful = (
        [overlap(0.051, 0.09)],
        [overlap(-0.05, 0.05)],
        [overlap(0.05, 0.09), overlap(-0.09, 0.01)],
    )
    more, less, unsure, unknown = (
        [more_data(*ends)] for ends in ((0.01, 0.02), (0.0, 0.0099), (0.0099, 0.02), (None, None))
    )
    return {
        "calibration_good": (list(fair), [*poor, *unclear]),
        "calibration_poor": (list(poor), [*fair, *unclear]),
        "calibration_open": (list(unclear), [*fair, *poor]),
        "overlap_lifts": (list(lifts), [*harmless, *doubtful]),
        "overlap_harmless": (list(harmless), [*lifts, *doubtful]),
        "overlap_open": (list(doubtful), [*lifts, *harmless]),
        "more_data_shown": (more, less + unsure + unknown),
        "more_data_absent": (less, more + unsure + unknown),
        "more_data_open": (unsure, more + less + unknown),
        "more_data_unknown": (unknown, more + less + unsure),
        "scores_contradict": ([contradiction_finding(1, 348)], [contradiction_finding(0, 348)]),
        "crossings_left_out": ([crossings_finding([NotComputed(("g", "h"), 1, 9)])], [crossings_finding([])]),
        "groups_too_small": ([too_small(False)], [too_small(True)]),
        "cluster_suspected": ([cluster(tmp_path, 4)], [cluster(tmp_path, 1), cluster(tmp_path, 4, is_named=True)]),
        **of_mitigations(),
        "other_language": ([language("pt-BR", ENGLISH)], [language("en", ENGLISH), language("pt-BR", ["a b c"])]),
    }


def of_mitigations() -> Brinks:
    """Each verdict of the chosen mitigation on the test split has its sentence, untrue of every other."""

    def said(verdict: Any, untold: tuple[str, ...] = ()) -> Said:
        rows = [
            MitigationRow(mitigation=name, n_seeds=3, verdict=given, shrank=("flip_rate",), untold=untold)
            for name, given in (("none", None), ("both", verdict))
        ]
        return mitigation_finding(MitigationTest(n=348, n_swapped=0, none=rows[0], chosen=rows[1]))

    keys = {"held": "improved", "levelled": "levelled down", "worse": "worse", "absent": "no change"}
    found = {f"mitigation_{key}": said(verdict) for key, verdict in (keys | {"open": "insufficient evidence"}).items()}
    found["mitigation_held_in_part"] = said("improved", ("largest_recall_gap{attribute=region}",))
    return {key: ([one], [other for name, other in found.items() if name != key]) for key, one in found.items()}


ENGLISH = ["the cat is on the mat and it was not for you"] * 20


def language(code: str, texts: list[str]) -> Said:
    run: Any = SimpleNamespace(config=SimpleNamespace(language=code))
    return pick(with_other_language(run, RESULT, texts).findings, "other_language")


def cluster(tmp_path: Any, n_texts: int, *, is_named: bool = False) -> Said:
    """Of 240 texts whose authors wrote so many each."""
    path = tmp_path / "data.csv"
    rows = [f"text {place},a,author {place // n_texts}" for place in range(240)]
    path.write_text("\n".join(["text,label,author", *rows]), encoding="utf-8")
    data = SimpleNamespace(
        test=None, source=str(path), text="text", label="label", predicted="predicted", weights=None, groups=(),
        cluster_column="author" if is_named else None,
    )  # fmt: skip
    config = SimpleNamespace(data=data, kind="one_label")
    run: Any = SimpleNamespace(config=config, terminal=SimpleNamespace(warn=lambda *_: None))
    return pick(with_forgotten_cluster(run, RESULT).findings, "cluster_suspected")


class _Result:
    """A result that takes findings."""

    findings: tuple[Finding, ...] = ()

    def model_copy(self, update: dict[str, Any]) -> Any:
        return SimpleNamespace(**update)


RESULT: Any = _Result()


def more_data(low: float | None, high: float | None) -> Said:
    points = (SizePoint(n_train=100, n_refits=2, value=0.8, low=0.7, high=0.9),)
    made = SizeCurve(
        metric="f1_macro", points=points, floor=None, slope=None, exponent=None, n_test=348, level=0.95, worthwhile=0.01
    )
    return _finding(figure(low, high, 0.5, GAIN), made)


def of_slices() -> Brinks:
    def found(kind: str, low: float = 0.051, p: float = 0.05, *, is_lowest: bool = False) -> Said:
        values = {"low": 0.1, "high": 0.2, "word": "but", "group": "g=x"}
        own = Slice(kind, "slice", values, np.arange(3), is_lowest)  # type: ignore[arg-type]
        judged = JudgedSlice(own, 50, 40, 20, 200, 20, 0.35, 0.65, low, low + 0.3, p / 10, p)
        return _slice_findings(SliceSearch((judged,), 99, 300, 300), SETTINGS)[0]

    none: list[Said] = [found("word", low=0.05), found("word", p=0.051), found("confidence", low=0.05, is_lowest=True)]
    brinks: Brinks = {f"slice_{kind}": ([found(kind)], list(none)) for kind in ("length", "word", "group")}
    brinks["slice_confidence"] = ([found("confidence")], [*none, found("confidence", is_lowest=True)])
    brinks["slice_unsure"] = ([found("confidence", is_lowest=True)], [*none, found("confidence")])
    return brinks | {"slices_none": (none, [found("word"), found("confidence", is_lowest=True)])}


def of_curves() -> Brinks:
    near, falling = [0.9, 0.5, 0.45, 0.44, 0.44, 0.44], [0.9, 0.72, 0.55, 0.4]
    at: dict[str, Said] = {
        "few_points": curve(FALLS[:3], TURNS[:3], 30),
        "not_finite": curve([0.7, float("nan"), 0.5, 0.4], [0.7, 0.6, 0.5, 0.4], 40),
        "train_loss_grows": curve([0.7, 0.7, 0.8, 0.9], [0.7, 0.6, 0.6, 0.6], 40),
        "swings": curve([0.9, 0.7, 0.6, 0.5, 0.4, 0.3], [0.5, 0.9, 0.5, 0.9, 0.5, 0.9], 60),
        "loss_rises": curve(FALLS, TURNS, 60),
        "still_falling": curve([0.9, 0.7, 0.5, 0.35], falling, 40),
        "metric_gap": scored(0.951, 0.85),
        "loss_gap": curve([0.5, 0.1, 0.05, 0.05, 0.05], [0.6, 0.5, 0.48, 0.47, 0.47], 40),
        "train_metric_low": scored(0.74, 0.74),
        "train_loss_high": curve([0.9, 0.8, 0.75, 0.7, 0.7, 0.7], [0.9, 0.8, 0.75, 0.71, 0.71, 0.71], 60),
        "settled": curve(near, near, 60),
        "kept_before_the_rise": curve(FALLS, TURNS, 30),
    }
    found: Brinks = {}
    for key, said in at.items():
        untrue: list[Said] = [one for name, one in at.items() if name != key]
        found[f"curve_{key}"] = ([said], untrue)
    brink = [scored(0.949, 0.85), scored(0.751, 0.74)]
    found["curve_metric_gap"][1].append(brink[0])
    found["curve_train_metric_low"][1].append(brink[1])
    return found


def scored(train: float, validation: float) -> Said:
    points = tuple(
        CurvePoint(
            step=place, epoch=place, train_loss=0.3, validation_loss=0.35,
            train_metrics={"f1_macro": train}, validation_metrics={"f1_macro": validation},
        )
        for place in range(1, 7)
    )  # fmt: skip
    return curve_finding(diagnose(LearningCurve(metric="f1_macro", points=points, best_step=6)))


def of_prompts() -> Brinks:
    """A distance between two prompts has no sign."""
    told: dict[str, str | float | int] = {"candidate": "m", "n_prompts": 3, "high": 0.7, "low_value": 0.5}
    told |= {"high_prompt": "a", "low_prompt": "b"}
    found: Brinks = {}
    for topic, scope in {"prompt_accuracy": {}, "prompt_gap": {"attribute": "gender"}}.items():

        def at(low: float | None, high: float | None, scope: dict[str, str] = scope) -> Said:
            return spread_finding(figure(low, high, 0.001, "prompt_spread", **scope), told, 0.05, is_chosen=True)

        shown, absent, doubtful = [at(0.052, 0.2)], [at(0.0, 0.048)], [at(0.048, 0.2), at(0.0, 0.052), at(None, None)]
        found[f"{topic}_shown"] = (shown, absent + doubtful)
        found[f"{topic}_absent"] = (absent, shown + doubtful)
        found[f"{topic}_open"] = (doubtful, shown + absent)
    return found


@pytest.fixture(scope="module")
def brinks(tmp_path_factory: pytest.TempPathFactory) -> Brinks:
    found: Brinks = {}
    for part in (of_rates, of_language_models, of_gender_profession, of_pronoun_swap, of_gaps, of_baselines, of_slices):
        found |= part()
    return found | of_prompts() | of_curves() | of_data(tmp_path_factory.mktemp("data"))


def test_every_conclusion_that_the_packs_know_has_figures_that_make_it_untrue(brinks: Brinks) -> None:
    for code in known_languages():
        words: Any = load_language(code).words
        assert set(brinks) == set(words["findings"]) - {"no_interval"}
        assert {row[3] for row in REASONS} == {f"reasons.{key}" for key in words["reasons"]}


def test_each_is_said_at_its_figures_and_not_where_it_would_be_untrue(brinks: Brinks) -> None:
    for key, (said, untrue) in brinks.items():
        assert said, key
        assert [one.key if one else None for one in said] == [key] * len(said), key
        assert untrue, key
        assert key not in [one.key for one in untrue if one], key


@pytest.mark.parametrize("code", known_languages())
def test_no_two_conclusions_of_the_same_figures_are_said_alike(brinks: Brinks, code: str) -> None:
    """Or the words of one key, copied from another, would say at its figures what is untrue there."""
    words = Words.of(code)
    for key, (said, untrue) in brinks.items():
        for one in [*said, *(other for other in untrue if other)]:
            sentence = words.finding(one)
            assert sentence, key
            assert not set("{}") & set(sentence), (key, sentence)
        own = words.find(f"findings.{key}")
        assert own not in [words.find(f"findings.{one.key}") for one in untrue if one], key


def test_every_finding_is_rated_by_a_rule_and_every_rule_rates_one(brinks: Brinks) -> None:
    """`repeats` is given to a finding already made; its test is in tests/audit/test_findings.py."""
    made = [one for said, untrue in brinks.values() for one in (*said, *untrue) if one]
    made += [one for one in (contradiction_finding(18, 348), gap(0.11, 0.2, 0.001)) if one]
    for one in made:
        assert one.severity == (SEVERITY_OF[one.rule] if one.rule else "info"), one
    assert {one.rule for one in made} == {None, *SEVERITY_OF} - {"repeats"}


def test_no_code_of_ours_gives_a_severity_but_by_its_rule() -> None:
    """Neither as an argument nor in a copy, but where both are changed at once."""
    rooms = ("app", "audit", "probes", "tuning")
    for path in (path for room in rooms for path in (Path(__file__).parents[2] / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") != "Sentence":  # which only says it
                assert "severity" not in [keyword.arg for keyword in node.keywords], (path, node.lineno)
            if isinstance(node, ast.Dict):
                keys = [getattr(key, "value", "") for key in node.keys]
                assert "severity" not in keys or "rule" in keys, (path, node.lineno)


def test_the_pronoun_figures_are_judged_by_sign(brinks: Brinks) -> None:
    """The two probes that share them say "open" at figures that straddle none and "shown" beyond."""
    for probe in ("pronoun_likelihood", "winogender"):
        shares = np.linspace(0.1, 0.9, 30)
        rng = np.random.default_rng(1)
        _, (ratio, follows) = pronoun_figures(probe, 1.0 + 0.1 * rng.normal(size=30), list(shares), 0.95)
        assert (ratio.key, follows.key) == (f"{probe}_ratio_shown", f"{probe}_shares_open")
        _, (ratio, follows) = pronoun_figures(probe, shares - shares.mean(), list(shares), 0.95)
        assert (ratio.key, follows.key) == (f"{probe}_ratio_open", f"{probe}_shares_shown")


def test_classes_are_each_judged() -> None:
    assert classes((0.0, 0.04), (0.052, 0.2)).values["n_shown"] == 1

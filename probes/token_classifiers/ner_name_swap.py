"""Does a person of a real text stay found when another name is put in the place of theirs?

Every person of the test texts is given names of each group in turn, everything else staying as it is, and the model
reads the text again. So the groups are compared in the same texts, each its own control.

References:
    Mishra, He and Belli (2020), Assessing Demographic Bias in Named Entity Recognition (names of groups exchanged in
    the same sentences); Garg et al. (2019), Counterfactual Fairness in Text Classification through Robustness.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boletim.contracts.finding import Finding
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import NAMES_AND_TEXTS, WILSON, WILSON_EFFECTIVE, T
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.asking.persons import FOUND, FREQUENCIES, Names, names_of, outcomes, person_types
from boletim.probes.context import ProbeContext
from boletim.probes.findings.claims import list_finding
from boletim.probes.model_views import unusable
from boletim.probes.probe import ClassifierProbe
from boletim.probes.sentences.name_exchange import Mention, agrees, mentions_of_entities, mentions_of_names
from boletim.probes.statistics.measures import make_measure, undefined, with_q
from boletim.probes.statistics.paired import share
from boletim.probes.statistics.texts_and_names import difference_over_both, rate_over_both

NAME = "ner_name_swap"
_SCOPE = {"probe": NAME}
MOST_MENTIONS, NAMES_EACH = 300, 3
"""So many persons at most are renamed, each so often with names of a group."""
_NO_INTERVAL = Reason.of("interval_needs_names_and_texts")


@dataclass(frozen=True)
class _Swapped:
    """A row for each text with a name put into it."""

    is_found: np.ndarray
    """(n,) bool."""
    was_found: np.ndarray
    """(n,) bool, the same person under their own name."""
    texts: np.ndarray
    """(n,) which text it was."""
    names: np.ndarray
    """(n,) which name was put into it."""
    groups: np.ndarray
    """(n,) object, the name's group."""


def run(context: ProbeContext) -> ProbeResult:
    """Rename every person of the test texts and see who stays found.

    Persons are those that the labels name; without labels, wherever a listed name stands.

    Returns:
        `share_renamable` of all persons (the others stand behind a word that agrees with the name), `swap_kept` (of the
        persons found under their own name the share that stays found), per group `swap_recall`, and `swap_recall_gap`:
        a group's less that of the others in the same texts (of two groups, of the first by name). Intervals are for
        other texts and other names. Unusable without texts, persons in them, or a type of persons.
    """
    names = names_of(context)
    if not person_types(context):
        return unusable(NAME, Reason.of("no_person_type", types=", ".join(context.classifier.labels)))
    if not context.texts:
        return unusable(NAME, Reason.of("no_texts"))
    if names.are_few():
        return unusable(NAME, Reason.of("no_names", language=context.language.code))
    found = _mentions(context, names)
    usable = [one for one in found if not agrees(one, context.words)]
    if not usable:
        return unusable(NAME, Reason.of("no_person_to_rename"))
    swapped = _put_in(context, _drawn(usable, context.seed), names)
    gaps = [_gap(context, swapped, group) for group in names.compared]
    measures = with_q((_share(context, len(usable), len(found)), *_rates(context, swapped, names), *gaps))
    return ProbeResult(
        probe=NAME,
        measures=measures,
        findings=_findings(context, measures),
        can_tell=f"{NAME}.can_tell",
        data={
            "n_persons": len(found),
            "n_renamed": len(np.unique(swapped.texts)),
            "n_texts_asked": len(swapped.is_found),
            "persons_from": "labels" if context.entities is not None else "names",
            "person_types": list(person_types(context)),
        },
    )


def _mentions(context: ProbeContext, names: Names) -> list[Mention]:
    texts = context.texts or ()
    if context.entities is None:
        return list(mentions_of_names(texts, names.texts))
    return list(mentions_of_entities(texts, context.entities, context.person))


def _drawn(mentions: Sequence[Mention], seed: int) -> list[Mention]:
    if len(mentions) <= MOST_MENTIONS:
        return list(mentions)
    places = np.random.default_rng(seed).choice(len(mentions), MOST_MENTIONS, replace=False)
    return [mentions[place] for place in sorted(places)]


def _put_in(context: ProbeContext, mentions: Sequence[Mention], names: Names) -> _Swapped:
    """Names of a group are used in turn, in an order that the seed shuffles, so each is used as often as the others."""
    generator = np.random.default_rng(context.seed)
    queues = {one: generator.permutation(np.flatnonzero(names.groups == one)) for one in names.known_groups}
    texts, places, of_text, of_name = [], [], [], []
    for number, mention in enumerate(mentions):
        for group in names.known_groups:
            queue = queues[group]
            for step in range(min(NAMES_EACH, len(queue))):
                chosen = int(queue[(number * NAMES_EACH + step) % len(queue)])
                text, place = mention.with_name(names.texts[chosen])
                texts.append(text)
                places.append(place)
                of_text.append(number)
                of_name.append(chosen)
    own = [(mention.start, mention.last) for mention in mentions]
    taken = outcomes(context, [*(mention.text for mention in mentions), *texts], [*own, *places])
    asked, put = np.array(of_text), np.array(of_name)
    was_found, is_found = np.split(taken == FOUND, [len(mentions)])
    return _Swapped(is_found, was_found[asked], asked, put, names.groups[put])


def _share(context: ProbeContext, n_usable: int, n: int) -> Measure:
    estimate = share(n_usable, n, context.level)
    return make_measure("share_renamable", _SCOPE, estimate, n=n, level=context.level, unit="share", method=WILSON)


def _rates(context: ProbeContext, swapped: _Swapped, names: Names) -> list[Measure]:
    kept = swapped.was_found
    made = []
    if kept.any():
        made.append(_rate(context, "swap_kept", _SCOPE, swapped, kept))
    else:
        made.append(undefined("swap_kept", _SCOPE, Reason.of("no_person_found"), unit="share"))
    by_group = ((one, swapped.groups == one) for one in names.known_groups)
    made += [_rate(context, "swap_recall", {**_SCOPE, "group": one}, swapped, is_own) for one, is_own in by_group]
    return made


def _rate(context: ProbeContext, metric: str, scope: dict[str, str], swapped: _Swapped, among: np.ndarray) -> Measure:
    estimate = rate_over_both(swapped.is_found[among], swapped.texts[among], swapped.names[among], context.level)
    return make_measure(
        metric,
        scope,
        estimate,
        n=int(among.sum()),
        level=context.level,
        unit="share",
        method=WILSON_EFFECTIVE + NAMES_AND_TEXTS,
        higher_is_better=True,
        no_interval=_NO_INTERVAL,
    )


def _gap(context: ProbeContext, swapped: _Swapped, group: str) -> Measure:
    is_first = swapped.groups == group
    estimate = difference_over_both(swapped.is_found, is_first, swapped.texts, swapped.names, context.level)
    return make_measure(
        "swap_recall_gap",
        {**_SCOPE, "group": group},
        estimate,
        n=len(swapped.is_found),
        level=context.level,
        unit="difference",
        method=T + NAMES_AND_TEXTS,
        limits=(-1.0, 1.0),
        no_interval=_NO_INTERVAL,
    )


def _findings(context: ProbeContext, measures: Sequence[Measure]) -> tuple[Finding, ...]:
    gaps = [one for one in measures if one.metric == "swap_recall_gap"]
    return (list_finding(NAME, gaps, "group", context.margin, context.level),)


PROBE = ClassifierProbe(NAME, run, asks="spans", needs_texts=True, may_read=(FREQUENCIES,))

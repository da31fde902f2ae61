"""Put the results together as a card: judge the gates, count what people left out, list what was not measured."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.card import ANSWERS, CardConfig
from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.corpus import CleaningReport
from boletim.contracts.results.audit import AuditResult, ProbeResults
from boletim.contracts.results.card import Card, GateOutcome, ModelFacts, Provenance
from boletim.contracts.results.changes import RunDiff
from boletim.contracts.results.cost import CostResult
from boletim.contracts.results.search import SearchResult
from boletim.contracts.results.verdict import Verdict
from boletim.reports.card.findings import conditions
from boletim.reports.card.gates import judge_gates, overall_verdict

_NEVER_MEASURED = ("robustness", "drift", "energy", "security", "population", "causes")
"""What no run of this version measures."""


def assemble_card(
    *,
    name: str,
    language: str,
    provided: CardConfig,
    gates: Sequence[GateConfig],
    audit: AuditResult,
    probes: ProbeResults | None,
    search: SearchResult | None,
    cleaning: CleaningReport | None,
    model: ModelFacts,
    provenance: Provenance,
    cost: CostResult | None = None,
    changes: RunDiff | None = None,
    synthetic: bool = False,
    data: dict[str, Any] | None = None,
) -> Card:
    """The card of one run, or of one audit of somebody else's model.

    Args:
        name: Of the run.
        language: Of the texts.
        provided: What people wrote; fields left out are listed in `not_provided`.
        gates: Judged on the measures of audit and probes; their outcome is the verdict.
        audit: Always there.
        probes: None when none ran.
        search: None for a model made elsewhere.
        cleaning: None where this run did not prepare the data.
        model: What is known of the model.
        provenance: Versions, hashes, seeds, times.
        cost: None where no model was at hand.
        changes: Against the last card; None where there is none to compare with.
        synthetic: The texts were made by a program.
        data: Source, description, licence, columns.

    Raises:
        InputError: A gate names a measure that no result has.
    """
    measures = [*audit.measures, *(probes.measures if probes else ()), *(cost.measures if cost else ())]
    return Card(
        name=name,
        language=language,
        synthetic=synthetic,
        **_decided(judge_gates(gates, measures, datetime.fromisoformat(provenance.created).date()), audit, probes),
        not_provided=_left_out(provided),
        not_measured=_not_measured(audit, probes, cost, search, cleaning),
        model=model,
        provided=provided,
        data=data or {},
        cleaning=cleaning,
        search=search,
        audit=audit,
        probes=probes,
        cost=cost,
        changes=changes,
        provenance=provenance,
    )


def _decided(outcomes: tuple[GateOutcome, ...], audit: AuditResult, probes: ProbeResults | None) -> dict[str, Any]:
    """The gates, the verdict that they come to, and the reason on page one."""
    verdict = overall_verdict(outcomes)
    reason_key, reason_values = page_reason(verdict, outcomes, len(conditions(audit, probes)))
    return {"gates": outcomes, "verdict": verdict, "reason_key": reason_key, "reason_values": reason_values}


def judge_again(card: Card, config: RunConfig) -> Card:
    """The card that its own results and this configuration give: gates, verdict, reason and answers made anew.

    Raises:
        InputError: A gate names a measure that no result has.
    """
    return assemble_card(
        name=config.name,
        language=config.language,
        provided=config.card,
        gates=config.gates,
        audit=card.audit,
        probes=card.probes,
        cost=card.cost,
        changes=card.changes,
        search=card.search,
        cleaning=card.cleaning,
        model=card.model,
        provenance=card.provenance,
        synthetic=config.data.synthetic,
        data=describe_data(config),
    )


def describe_data(config: RunConfig) -> dict[str, Any]:
    """What the card says of the data: the source without its folder, columns, description, licence, split."""
    data = config.data
    described: dict[str, Any] = {
        "source": Path(data.source or data.train or "").name,
        "text": data.text,
        "label": data.label,
        "groups": [group.model_dump(mode="json") for group in data.groups],
        "description": data.description,
        "licence": data.licence,
        "cluster": data.cluster_column,
    }
    if config.produced_by is not None:
        described["produced_by"] = config.produced_by.model_dump(mode="json")
    if data.subset:
        described["subset"] = data.subset
    if not config.is_finished:  # nothing was split for what is finished
        described["split"] = data.split.model_dump(mode="json") if data.source else "given"
    return described


def page_reason(
    verdict: Verdict, outcomes: Sequence[GateOutcome], n_conditions: int
) -> tuple[str, dict[str, str | float | int | None]]:
    """Key and values of page one's sentence: what the gates come to, and which one decides."""
    decisive = [outcome for outcome in outcomes if outcome.status == verdict and not outcome.is_waived]
    n_waived = sum(outcome.is_waived for outcome in outcomes)
    values: dict[str, str | float | int | None] = {"n_gates": len(outcomes), "n": len(decisive)}
    if verdict == "not gated":
        return ("reasons.all_waived", {"n_waived": n_waived}) if n_waived else ("reasons.not_gated", {})
    if verdict == "pass":
        if n_waived:
            waived = values | {"n_waived": n_waived, "n_conditions": n_conditions}
            return "reasons.pass_with_waivers", waived
        if n_conditions:
            return "reasons.pass_with_conditions", values | {"n_conditions": n_conditions}
        return "reasons.pass", values
    key = "reasons.fail" if verdict == "fail" else "reasons.insufficient_evidence"
    values |= {"measure": decisive[0].measure}
    return (f"{key}_with_waivers", values | {"n_waived": n_waived}) if n_waived else (key, values)


def _left_out(provided: CardConfig) -> tuple[str, ...]:
    return tuple(name for name in ANSWERS if getattr(provided, name) is None)


def _not_measured(
    audit: AuditResult,
    probes: ProbeResults | None,
    cost: CostResult | None,
    search: SearchResult | None,
    cleaning: CleaningReport | None,
) -> tuple[str, ...]:
    metrics = {measure.metric for measure in audit.measures if measure.value is not None}
    has_groups = any("attribute" in measure.scope for measure in audit.measures)
    absent = {
        "groups": not has_groups,
        "calibration": not {"ece", "label_calibration_error"} & metrics,
        "probes": probes is None or all(probe.unusable_because for probe in probes.probes),
        "search": search is None,
        "curve": audit.curve is None,
        "cleaning": cleaning is None,
        "seeds": search is None or not any(len(one.values) > 1 for one in search.confirmations),
        "cost": cost is None,
    }
    return tuple(key for key, is_absent in absent.items() if is_absent) + _NEVER_MEASURED

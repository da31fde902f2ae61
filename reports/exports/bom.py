"""The card as a CycloneDX ML-BOM: what the model is made of, what it was tested on, and how it did."""

import json
import re
import uuid
from pathlib import PurePath
from typing import Any

from boletim.contracts.measure import Measure
from boletim.contracts.results.card import Card
from boletim.reports.card.evidence import Evidence
from boletim.reports.page.context import words_of
from boletim.reports.page.glyphs import show_hidden

SPEC = "1.6"
_MODEL, _NAMESPACE = "model", uuid.uuid5(uuid.NAMESPACE_URL, "https://card.invalid/bom")
_SHA256 = re.compile("[0-9a-f]{64}")

Node = dict[str, Any]


def render_bom(card: Card) -> str:
    """The card as JSON; the same card gives the same text.

    Args:
        card: Its model becomes the component that the file is about, its data, base model and packages the components
            that this one depends on, and each figure of audit and probes a performance metric with its interval.

    References:
        CycloneDX 1.6 (ECMA-424), component of type machine-learning-model with modelCard.
    """
    parts = [*_data(card), *_packages(card)]
    content = {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": f"urn:uuid:{_serial(card)}",
        "version": 1,
        "metadata": {
            "timestamp": card.provenance.created,
            "tools": {
                "components": [{"type": "application", "name": "boletim", "version": card.provenance.boletim_version}]
            },
            "component": _model(card),
        },
        "components": parts,
        "dependencies": [{"ref": _MODEL, "dependsOn": [part["bom-ref"] for part in parts]}],
    }
    return json.dumps(_clean(content), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _serial(card: Card) -> uuid.UUID:
    """The same for the same run: settings, predictions and moment."""
    origin = card.provenance
    return uuid.uuid5(_NAMESPACE, f"{origin.config_sha256} {origin.predictions_sha256} {origin.created}")


def _model(card: Card) -> Node:
    model, provided = card.model, card.provided
    found: Node = {"type": "machine-learning-model", "bom-ref": _MODEL, "name": provided.title or card.name}
    found["version"] = provided.version or (model.sha256 or "")[:16]
    if provided.intended_use:
        found["description"] = provided.intended_use
    if provided.owner:
        found["supplier"] = {"name": provided.owner}
    if _is_sha256(model.sha256):
        found["hashes"] = [{"alg": "SHA-256", "content": model.sha256}]
    if provided.licence:
        found["licenses"] = [{"license": {"name": provided.licence}}]
    if model.base_model:
        base = {"type": "machine-learning-model", "name": model.base_model, "version": model.base_revision or ""}
        if not model.base_revision:  # a folder's path would be read as a hub id
            base["name"] = PurePath(model.base_model).name
        found["pedigree"] = {"ancestors": [base]}
    return found | {"modelCard": _model_card(card), "properties": _properties(_facts(card))}


def _model_card(card: Card) -> Node:
    evidence = Evidence(card)
    parameters: Node = {
        "task": "text-classification",
        "datasets": [{"ref": part["bom-ref"]} for part in _data(card)],
        "inputs": [{"format": "text"}],
        "outputs": [{"format": f"scores of {len(card.audit.facts.labels)} classes"}],
    }
    if card.search is not None:
        parameters["approach"] = {"type": "supervised"}
    if card.model.architecture:
        parameters["modelArchitecture"] = card.model.architecture
    metrics = [_metric(measure) for measure in evidence.measures if measure.value is not None]
    return {
        "modelParameters": parameters,
        "quantitativeAnalysis": {"performanceMetrics": metrics},
        "considerations": _considerations(card),
    }


def _metric(measure: Measure) -> Node:
    """Value and limits as text; the slice says on how many examples the value rests."""
    scope = ", ".join(f"{key}={value}" for key, value in measure.scope.items()) or "test set"
    found: Node = {"type": measure.metric, "value": repr(measure.value), "slice": f"{scope} (n={measure.n})"}
    if measure.low is not None and measure.high is not None:
        found["confidenceInterval"] = {"lowerBound": repr(measure.low), "upperBound": repr(measure.high)}
    return found


def _considerations(card: Card) -> Node:
    """What people answered, and the disparities that were shown."""
    answers = card.provided
    lists = {
        "users": [answers.users],
        "useCases": [answers.intended_use],
        "technicalLimitations": [answers.limitations, answers.out_of_scope],
        "performanceTradeoffs": [answers.design_choices],
    }
    found: Node = {name: kept for name, texts in lists.items() if (kept := [text for text in texts if text])}
    risks = [text for text in (answers.risks, answers.ethics) if text]
    if risks:
        found["ethicalConsiderations"] = [{"name": text} for text in risks]
    findings = [*card.audit.findings, *(card.probes.findings if card.probes else ())]
    shown = [finding for finding in findings if finding.verdict == "shown" and finding.kind in ("disparity", "probe")]
    if shown:
        words = words_of(card, "en")
        strategy = {"mitigationStrategy": answers.mitigation} if answers.mitigation else {}
        found["fairnessAssessments"] = [
            {
                "groupAtRisk": str(finding.values.get("low_group") or ", ".join(finding.measures)),
                "harms": words.finding(finding),
            }
            | strategy
            for finding in shown
        ]
    return found


def _data(card: Card) -> list[Node]:
    """One component for each file or data set that was read."""
    found = []
    for place, (name, digest) in enumerate(sorted(card.provenance.data_sha256.items())):
        counts = {f"boletim:n:{split}": part["n"] for split, part in _splits(card).items()}
        described: Node = {"type": "dataset", "name": name}
        if card.data.get("description"):
            described["classification"] = "synthetic" if card.synthetic else "not classified"
            told = card.data["description"]
            text = told if isinstance(told, str) else next(iter(told.values()))
            described["contents"] = {"properties": _properties({"description": text})}
        if card.provided.personal_data:
            described["sensitiveData"] = [card.provided.personal_data]
        part: Node = {"type": "data", "bom-ref": f"data-{place}", "name": name, "data": [described]}
        if _is_sha256(digest):
            part["hashes"] = [{"alg": "SHA-256", "content": digest}]
        else:
            part["version"] = digest
        if card.data.get("licence"):
            part["licenses"] = [{"license": {"name": card.data["licence"]}}]
        found.append(part | {"properties": _properties(counts | {"boletim:synthetic": card.synthetic})})
    return found


def _splits(card: Card) -> dict[str, Any]:
    if card.cleaning is not None:
        return card.cleaning.splits
    return {"test": {"n": card.audit.facts.n}}


def _packages(card: Card) -> list[Node]:
    listed = {"boletim": card.provenance.boletim_version, "python": card.provenance.python} | card.provenance.packages
    return [
        {
            "type": "platform" if name == "python" else "library",
            "bom-ref": f"package-{name}",
            "name": name,
            "version": release,
        }
        | ({} if name == "python" else {"purl": f"pkg:pypi/{name}@{release}"})
        for name, release in sorted(listed.items())
    ]


def _facts(card: Card) -> dict[str, Any]:
    origin = card.provenance
    return {
        "boletim:verdict": card.verdict,
        "boletim:interval-level": card.audit.facts.settings.level,
        "boletim:parameters": card.model.n_parameters,
        "boletim:weights-format": card.model.weights_format,
        "boletim:configuration-sha256": origin.config_sha256,
        "boletim:gates-sha256": origin.gates_sha256,
        "boletim:predictions-sha256": origin.predictions_sha256,
        "boletim:git-commit": origin.git_commit,
    } | {f"boletim:gate:{gate.measure}": gate.status for gate in card.gates}


def _properties(values: dict[str, Any]) -> list[Node]:
    return [{"name": name, "value": str(value)} for name, value in values.items() if value is not None]


def _is_sha256(text: str | None) -> bool:
    return text is not None and _SHA256.fullmatch(text) is not None


def _clean(node: Any) -> Any:
    """The same with every hidden character of its texts made visible."""
    if isinstance(node, dict):
        return {key: _clean(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_clean(value) for value in node]
    return show_hidden(node) if isinstance(node, str) else node

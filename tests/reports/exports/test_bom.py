"""bom.json: judged by CycloneDX's own schema, and it says what the card says."""

import json
import re
from collections.abc import Callable

import pytest

from boletim.contracts.results.card import Card, ModelFacts
from boletim.reports.card.evidence import Evidence
from boletim.reports.exports.bom import SPEC, render_bom


def complaints(text: str) -> object:
    """What the official schema has against it; None when it holds."""
    validation = pytest.importorskip(
        "cyclonedx.validation.json", reason="the schema comes with cyclonedx-python-lib; pip install '.[validate]'"
    )
    from cyclonedx.schema import SchemaVersion

    return validation.JsonStrictValidator(SchemaVersion.from_version(SPEC)).validate_str(text)


def test_the_official_schema_accepts_it_and_refuses_a_broken_one(card: Card) -> None:
    assert complaints(render_bom(card)) is None
    broken = json.loads(render_bom(card))
    broken["metadata"]["component"]["modelCard"]["accuracy"] = "0.9"
    assert complaints(json.dumps(broken)) is not None


def test_a_card_of_bare_predictions_is_accepted_too(make_card: Callable[..., Card]) -> None:
    bare = make_card(search=None, cleaning=None, probes=None, cost=None, model=ModelFacts(name="x"), changes=None)
    hub = bare.provenance.model_copy(update={"data_sha256": {"owner/set": "a fingerprint"}, "packages": {}})
    text = render_bom(bare.model_copy(update={"provenance": hub}))
    assert complaints(text) is None
    (data,) = [part for part in json.loads(text)["components"] if part["type"] == "data"]
    assert "hashes" not in data
    assert data["version"] == "a fingerprint"


def test_every_figure_is_there_with_its_interval_and_number_of_examples(card: Card) -> None:
    component = json.loads(render_bom(card))["metadata"]["component"]
    metrics = component["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]
    measures = [measure for measure in Evidence(card).measures if measure.value is not None]
    assert len(metrics) == len(measures)
    for metric, measure in zip(metrics, measures, strict=True):
        assert (metric["type"], float(metric["value"])) == (measure.metric, measure.value)
        assert re.search(rf"\(n={measure.n}\)$", metric["slice"])
        assert all(f"{key}={value}" in metric["slice"] for key, value in measure.scope.items())
        limits = metric.get("confidenceInterval")
        has_limits = measure.low is not None and measure.high is not None
        assert (limits is not None) == has_limits
        if limits:
            assert (float(limits["lowerBound"]), float(limits["upperBound"])) == (measure.low, measure.high)


def test_model_data_and_packages_carry_their_hashes_and_versions(card: Card) -> None:
    content = json.loads(render_bom(card))
    component = content["metadata"]["component"]
    assert component["hashes"] == [{"alg": "SHA-256", "content": card.provenance.model_sha256}]
    assert component["pedigree"]["ancestors"][0]["name"] == card.model.base_model
    parts = {part["name"]: part for part in content["components"]}
    for name, digest in card.provenance.data_sha256.items():
        assert parts[name]["hashes"][0]["content"] == digest
    for name, release in card.provenance.packages.items():
        assert (parts[name]["version"], parts[name]["purl"]) == (release, f"pkg:pypi/{name}@{release}")
    (depends,) = content["dependencies"]
    assert set(depends["dependsOn"]) == {part["bom-ref"] for part in content["components"]}
    references = {entry["ref"] for entry in component["modelCard"]["modelParameters"]["datasets"]}
    assert references <= set(depends["dependsOn"])


def test_the_same_card_gives_the_same_text(card: Card) -> None:
    assert render_bom(card) == render_bom(Card.model_validate_json(card.model_dump_json()))

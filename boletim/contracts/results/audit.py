"""What the audit and the probes hand on."""

from typing import Any, Literal

from pydantic import Field

from boletim.contracts.finding import Finding
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.record import Record
from boletim.contracts.results.drawn import DrawnText
from boletim.contracts.results.facts import AuditFacts
from boletim.contracts.results.failures import Failures
from boletim.contracts.results.mitigations import MitigationTest
from boletim.contracts.results.sample_sizes import SizeCurve
from boletim.contracts.results.search import CurvePoint
from boletim.contracts.results.selftest import SelftestRow

Diagnosis = Literal["good fit", "underfitting", "overfitting", "not converged", "unstable", "too few points"]


class CurveDiagnosis(Record):
    """What the learning curve of the chosen trial says."""

    diagnosis: Diagnosis
    key: str
    """Of the rule that decided (`curve.<key>` of the language packs)."""
    values: dict[str, str | float | int | None] = {}
    """What its sentence is filled with."""
    causes: tuple[str, ...] = ()
    """Keys of the causes to consider (`curve.causes.<key>`)."""
    remedies: tuple[str, ...] = ()
    """Keys of the remedies to try (`curve.remedies.<key>`)."""
    points: tuple[CurvePoint, ...] = ()
    kept_step: int | None = None
    """Step of the evaluation that is judged: the one whose weights were kept."""
    kept_train_loss: float | None = None
    """There, in nats; None where it is not known or no number."""
    kept_validation_loss: float | None = None
    observed: dict[str, float | int | None] = {}
    """What each rule looks at, as this curve has it; None where the curve has no such figure."""


class PrecisionCheck(Record):
    """What scoring in bf16 changes, against fp32 on a sample of the texts."""

    n: int
    """Texts scored both ways."""
    n_changed: int
    """Of them, with another label."""
    largest_shift: float
    """Of a probability."""
    is_used: bool
    """Whether all texts were then scored in bf16; else in fp32."""


class AuditResult(Record):
    """The content of audit.json."""

    schema_: Literal["boletim/audit/2"] = Field(default="boletim/audit/2", alias="schema")
    measures: tuple[Measure, ...]
    findings: tuple[Finding, ...] = ()
    curve: CurveDiagnosis | None = None
    sample_sizes: SizeCurve | None = None
    """Score by number of training examples; None where nothing was trained again."""
    mitigation: MitigationTest | None = None
    """The chosen mitigation against `none` on the test split; None where none was chosen."""
    failures: Failures | None = None
    """Where the model fails; None where sums were audited and no examples."""
    drawn: tuple[DrawnText, ...] = ()
    """Texts with what is true of them and what was predicted, where texts are shown and the kind of answer draws
    them."""
    precision: PrecisionCheck | None = None
    """None where scores are fp32 because nobody asked for less, or were made elsewhere."""
    facts: AuditFacts
    """Names, settings and counts behind the figures."""

    model_config = {**Record.model_config, "populate_by_name": True, "serialize_by_alias": True}


class ProbeResult(Record):
    """What one probe found."""

    probe: str
    """Name of the probe."""
    measures: tuple[Measure, ...]
    findings: tuple[Finding, ...] = ()
    unusable_because: Reason | None = None
    """Why the probe could not be run on this model; None when it ran."""
    can_tell: str = ""
    """Key of the sentence that says what this probe can and cannot tell (`probes.<key>`)."""
    data: dict[str, Any] = {}
    """Counts and references: frames, professions, swaps left alone, sources of labour shares."""


class ProbeResults(Record):
    """The content of probes.json."""

    schema_: Literal["boletim/probes/2"] = Field(default="boletim/probes/2", alias="schema")
    measures: tuple[Measure, ...] = ()
    """All measures of all probes, in order."""
    findings: tuple[Finding, ...] = ()
    probes: tuple[ProbeResult, ...] = ()
    validation: tuple[SelftestRow, ...] = ()
    """Known numbers that the probes' code was tried on before it ran."""

    model_config = {**Record.model_config, "populate_by_name": True, "serialize_by_alias": True}

import json
import re
from pathlib import Path

import pytest

from boletim.contracts.answers.one_label import OneLabelFacts
from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.run_files import read_record
from boletim.contracts.finding import Finding
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import NEWCOMBE, WEIGHTED, simultaneous_over_pairs
from boletim.contracts.results.audit import AuditResult, CurveDiagnosis, ProbeResult, ProbeResults
from boletim.contracts.results.cost import CostResult
from boletim.contracts.results.facts import AuditFacts, AuditSettings
from boletim.contracts.results.left_out import LeftOut

SHOWN = Measure(
    id="recall_gap{attribute=g}", metric="recall_gap", value=0.1, low=0.0, high=0.2, level=0.95, n=90, p=0.03, q=0.06,
    scope={"attribute": "g"}, method=NEWCOMBE + WEIGHTED + simultaneous_over_pairs(3),
    left_out=LeftOut(groups={"x": 4}, n_groups=1, limit=0.7),
)  # fmt: skip
EMPTY = Measure(id="f1", metric="f1", value=None, n=0, undefined_because=Reason.of("below_min_group", n=4, least=30))
FOUND = Finding(
    severity="info", kind="disparity", key="recall_gap_open", verdict="insufficient evidence", measures=(SHOWN.id,),
    values={"class": "a", "gap": 0.1, "n": 90, "minimum": None}, left_out=SHOWN.left_out,
)  # fmt: skip


FACTS = AuditFacts(
    kind="one_label",
    labels=("a", "b"),
    n=90,
    groups={"g": {"x": 4, "y": 86}},
    settings=AuditSettings(
        level=0.95, margin=0.05, bootstrap=100, min_group=30, intersections=1, metrics=("all",), seed=1, family_size=3,
        fdr=0.05, is_clustered=False, is_weighted=True,
    ),
    own=OneLabelFacts(confusion=((40, 5), (6, 39))),
)  # fmt: skip


@pytest.mark.parametrize(
    "record",
    [
        AuditResult(
            measures=(SHOWN, EMPTY),
            findings=(FOUND,),
            curve=CurveDiagnosis(diagnosis="good fit", key="settled", values={"validation_loss": 0.5}),
            facts=FACTS,
        ),
        ProbeResults(
            measures=(SHOWN,),
            findings=(FOUND,),
            probes=(ProbeResult(probe="p", measures=(), unusable_because=Reason.of("no_rules", language="xx")),),
        ),
        CostResult(measures=(EMPTY,), device="cpu", n_threads=1, n_texts=2),
    ],
    ids=lambda record: type(record).__name__,
)
def test_what_is_written_is_read_back_and_an_earlier_schema_is_refused_in_one_line(
    record: AuditResult | ProbeResults | CostResult, tmp_path: Path
) -> None:
    path = tmp_path / "result.json"
    path.write_text(record.model_dump_json(), encoding="utf-8")
    assert read_record(path, type(record)) == record

    content = json.loads(path.read_text(encoding="utf-8"))
    content["schema"] = re.sub(r"\d+$", "1", content["schema"])
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(RunFolderError, match=r"of another version of Boletim.*/2.*`boletim audit …`") as caught:
        read_record(path, type(record))
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    path.write_text('{"schema": "boletim/audit/2", "measures": [{"id": 3}]}', encoding="utf-8")
    with pytest.raises(RunFolderError, match=r"damaged or of another version \(measures\.0\.id"):
        read_record(path, AuditResult)

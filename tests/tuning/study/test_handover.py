"""A worker's best model, and what its trials said, reach a machine that trained none of them: by folder and by S3."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import ConfigError
from boletim.contracts.measure import Measure
from boletim.models.load import load_classifier
from boletim.tuning.search.run import join_search, run_search
from boletim.tuning.study.handover import open_store
from boletim.tuning.winner.settle import settle_winner


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of a server on this machine, found as users' own servers are: by AWS_ENDPOINT_URL."""
    server = pytest.importorskip(
        "moto.server", reason="moto[server] is not installed: no S3 to try", exc_type=ImportError
    )
    import boto3

    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()

    for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    try:
        boto3.client("s3").create_bucket(Bucket="models")
        yield "s3://models"
    finally:
        running.stop()


def names_in(place: str) -> set[str]:
    if not place.startswith("s3://"):
        return {path.name for path in Path(place).iterdir()}
    import boto3

    found = boto3.client("s3").list_objects_v2(Bucket=place.removeprefix("s3://"))
    return {entry["Key"] for entry in found.get("Contents", ())}


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_a_machine_that_trained_nothing_publishes_the_best_model_and_corrects_its_score(
    make_run_config: Callable[..., RunConfig],
    make_tuning_data: Callable[..., TuningData],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    kind: str,
) -> None:
    place = request.getfixturevalue("bucket") if kind == "s3" else str(tmp_path / "artifacts")
    storage, data = f"sqlite:///{tmp_path / 'shared.db'}", make_tuning_data(90, 60)
    config = make_run_config(trials=3, search={"learning_rate": [1e-3, 2e-2]}, storage=storage, artifacts=place)
    worker, other = tmp_path / "worker", tmp_path / "other"
    worker.mkdir(), other.mkdir()
    assert join_search(config, data, worker) == 3
    result = run_search(config, data, other)
    kept = worker / "trials" / f"{result.best_trial:04d}" / "best" / "model.safetensors"
    assert (other / "model" / "model.safetensors").read_bytes() == kept.read_bytes()
    gold = data.validation["label"].map({label: i for i, label in enumerate(data.labels)}).to_numpy()
    scores = load_classifier(str(other / "model")).predict_scores(list(data.validation["text"]))
    best = next(trial for trial in result.trials if trial.number == result.best_trial)
    point = next(p for p in best.curve.points if p.step == best.curve.best_step)  # type: ignore[union-attr]
    assert point.validation_metrics["accuracy"] == pytest.approx((scores.argmax(axis=1) == gold).mean())
    there = settle_winner(config, data, result, other, print).measures
    here = settle_winner(config, data, run_search(config, data, worker), worker, print).measures
    assert there == here
    assert there[1].metric == "validation_score_corrected"
    assert there[1].value is not None
    n_complete = sum(trial.state == "complete" for trial in result.trials)
    n_model = len(list((worker / "trials" / f"{result.best_trial:04d}" / "best").iterdir()))
    assert len(names_in(place)) == n_complete + n_model, "leftovers of models that are no longer the best"


def test_every_model_of_a_front_is_handed_over(
    make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> None:
    data = make_tuning_data(160, 60)
    gold = data.validation["label"].map({label: i for i, label in enumerate(data.labels)}).to_numpy()

    def judge(scores: np.ndarray) -> Mapping[str, Measure]:
        accuracy = float((scores.argmax(axis=1) == gold).mean())
        return {"gap": Measure(id="gap", metric="gap", value=accuracy, n=60, higher_is_better=False)}

    config = make_run_config(
        trials=4, search={"learning_rate": [1e-4, 2e-2], "epochs": 2}, objectives=["f1_macro", "gap"],
        storage=f"sqlite:///{tmp_path / 'shared.db'}", artifacts=str(tmp_path / "artifacts"),
    )  # fmt: skip
    worker, other = tmp_path / "worker", tmp_path / "other"
    worker.mkdir(), other.mkdir()
    join_search(config, data, worker, judge=judge)
    result = run_search(config, data, other, judge=judge)
    assert result.front is not None
    on_front = [point.trial for point in result.front.points if point.is_on_front]
    assert len(on_front) > 1, "or there is nothing to choose"
    assert all(point.objective.low is not None for point in result.front.points)
    chosen = worker / "trials" / f"{result.front.chosen:04d}" / "best" / "model.safetensors"
    assert (other / "model" / "model.safetensors").read_bytes() == chosen.read_bytes()
    assert result.front == run_search(config, data, worker, judge=judge).front


def test_a_bucket_that_is_not_there_is_refused_before_the_night(
    bucket: str, make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> None:
    config = make_run_config(storage=f"sqlite:///{tmp_path / 'shared.db'}", artifacts="s3://modles")
    with pytest.raises(ConfigError, match=r"must be a bucket that answers, s3://modles does not \(ClientError"):
        join_search(config, make_tuning_data(12, 6), tmp_path)
    assert not (tmp_path / "trials").exists()


def test_a_bucket_has_no_folders() -> None:
    with pytest.raises(ConfigError, match="a bucket of its own"):
        open_store("s3://models/of/mine")

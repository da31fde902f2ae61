"""Which engine serves, how long it stays, and what is said where the one that is wanted is not there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from boletim.contracts.configuration import TuningConfig
from boletim.contracts.extras import MissingExtraError
from boletim.engine.engine import Here
from boletim.tuning.training import engines
from boletim.tuning.training.engines import open_engine


def test_one_trial_at_a_time_needs_no_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    said: list[str] = []
    with open_engine(TuningConfig(), Path(), said.append) as engine:
        assert isinstance(engine, Here)
    assert said == []
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    with open_engine(TuningConfig(), Path(), said.append) as engine:
        assert isinstance(engine, Here)
    assert said == ["one of 2 GPUs is used; to use all of them, type: pip install 'boletim[ray]'"]


def test_workers_start_once_where_their_engine_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    on_ray = pytest.importorskip("boletim.engine.on_ray", reason="Ray is not installed: pip install 'boletim[ray]'")
    events: list[Any] = []

    @contextmanager
    def ray_engine(*wanted: Any) -> Iterator[Any]:
        events.append(wanted[:3])
        yield object()
        events.append("end")

    monkeypatch.setattr(on_ray, "ray_engine", ray_engine)
    two, three = TuningConfig(parallel=2), TuningConfig(parallel=3)
    with engines.engines_kept():
        with open_engine(two, Path(), print) as first:
            pass
        with open_engine(two, Path("refits"), print) as second, open_engine(three, Path(), print) as another:
            assert second is first
            assert another is not first
        assert events == [(None, 2, 1), (None, 3, 1)]
    assert events[2:] == ["end", "end"]
    with open_engine(two, Path(), print):
        pass
    assert events[4:] == [(None, 2, 1), "end"]


@pytest.mark.parametrize("wanted", [{"parallel": 2}, {"processes": 2}, {"cluster": "auto"}])
def test_what_needs_ray_says_how_to_get_it(wanted: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boletim.contracts.extras.find_spec", lambda name: None)
    config = TuningConfig.model_validate(wanted | {"search": {"batch_size": 8}})
    with pytest.raises(MissingExtraError, match=r"pip install 'boletim\[ray\]'"), open_engine(config, Path(), print):
        pass

"""Which engine serves, and what is said where the one that is wanted is not there."""

from pathlib import Path

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


@pytest.mark.parametrize("wanted", [{"parallel": 2}, {"processes": 2}, {"cluster": "auto"}])
def test_what_needs_ray_says_how_to_get_it(wanted: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boletim.contracts.extras.find_spec", lambda name: None)
    config = TuningConfig.model_validate(wanted | {"search": {"batch_size": 8}})
    with pytest.raises(MissingExtraError, match=r"pip install 'boletim\[ray\]'"), open_engine(config, Path(), print):
        pass

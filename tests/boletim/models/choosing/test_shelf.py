from types import SimpleNamespace

import pytest

from boletim.contracts.errors import HubOutOfReachError, InputError
from boletim.models.choosing import shelf


def test_local_models_lie_at_most_four_levels_down_and_not_in_hidden_folders(tmp_path):
    for place in ("m", "a/b/m", "a/b/c/d", "a/b/c/d/too_deep", ".hidden/m", "m/onnx", "e/f/g/h/i"):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
    for place in ("m", "a/b/m", "a/b/c/d/too_deep", ".hidden/m", "m/onnx", "e/f/g/h/i"):
        (tmp_path / place / "config.json").write_text("{}")
    found = [str(path.relative_to(tmp_path)) for path in shelf.local_models([tmp_path])]
    assert found == ["a/b/m", "m"]


def test_a_model_named_itself_is_found_and_a_file_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    assert shelf.local_models([tmp_path]) == [tmp_path]
    with pytest.raises(InputError, match="--models takes folders"):
        shelf.local_models([tmp_path / "config.json"])


def test_the_cache_gives_the_newest_whole_snapshot(tmp_path, monkeypatch):
    old, new = (tmp_path / "hub" / "models--org--m" / "snapshots" / name for name in ("a" * 40, "b" * 40))
    for folder in (old, new):
        folder.mkdir(parents=True)
    (old / "config.json").write_text("{}")
    (new / "README.md").write_text("no configuration here")
    refs = tmp_path / "hub" / "models--org--m" / "refs"
    refs.mkdir()
    (refs / "main").write_text("b" * 40)
    import huggingface_hub

    scan = huggingface_hub.scan_cache_dir
    monkeypatch.setattr(huggingface_hub, "scan_cache_dir", lambda: scan(tmp_path / "hub"))
    assert shelf.cached_models() == {"org/m": old}
    monkeypatch.setattr(huggingface_hub, "scan_cache_dir", lambda: scan(tmp_path / "nothing"))
    assert shelf.cached_models() == {}


def test_the_hub_out_of_reach_is_one_line():
    with pytest.raises(HubOutOfReachError, match="leave --hub out"):
        shelf.hub_models("pt", ("fill-mask",), 2)


def test_the_hubs_list(monkeypatch):
    import huggingface_hub

    card = SimpleNamespace(to_dict=lambda: {"license": "mit"})
    listed = [
        SimpleNamespace(id="a/b", safetensors=SimpleNamespace(total=7), card_data=card, tags=["safetensors"]),
        SimpleNamespace(id="c/d", safetensors=None, card_data=None, tags=None),
    ]
    asked = []

    class Hub:
        def list_models(self, **wanted):
            asked.append((wanted["pipeline_tag"], wanted["filter"], wanted["limit"]))
            return listed

    monkeypatch.setattr(huggingface_hub, "HfApi", Hub)
    found = shelf.hub_models("pt", ("fill-mask", "feature-extraction"), 2)
    assert [(one.name, one.n_parameters, one.is_safetensors, dict(one.card)) for one in found] == [
        ("a/b", 7, True, {"license": "mit"}),
        ("c/d", None, False, {}),
    ]
    assert asked == [("fill-mask", ["pt", "transformers"], 2), ("feature-extraction", ["pt", "transformers"], 2)]

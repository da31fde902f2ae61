import json
from pathlib import Path

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.redaction import Redaction, public_argument


def planted(folder: str) -> RunConfig:
    """A configuration with an absolute path wherever one can stand."""
    return RunConfig.model_validate(
        {
            "name": "x",
            "data": {"source": f"{folder}/bios.csv", "text": "t", "label": "l"},
            "candidates": [f"{folder}/a/model", f"{folder}/b/model", "org/hub-id"],
            "tuning": {
                "storage": "postgresql+psycopg://ana@db.intern:5432/studies",
                "cluster": "ray://ray.intern:10001",
                "warm_start": f"{folder}/former",
            },
            "audit": {"metrics": ["accuracy", f"evaluate:{folder}/own_metric"]},
            "probes": {"frames": f"{folder}/frames.yaml", "data": {"winobias": f"{folder}/wino"}},
            "card": {"compare_with": f"{folder}/runs/last", "intended_use": "for /all/ of us"},
        }
    )


def test_no_path_and_no_server_is_left_in_the_configuration_that_is_handed_round():
    public = Redaction(planted("/srv/geheim"), Path("/srv/geheim/runs/x")).config()
    text = public.model_dump_json()
    assert "geheim" not in text
    assert "/srv" not in text
    assert "intern" not in text
    assert public.data.source == "bios.csv"
    assert [one.model for one in public.candidates] == ["a/model", "b/model", "org/hub-id"]
    assert public.audit.metrics == ("accuracy", "evaluate:own_metric")
    assert public.card.intended_use == "for /all/ of us"
    assert Redaction(public).config() == public, "what is public stays as it is"


def test_every_key_that_is_made_absolute_is_made_a_name_again(tmp_path):
    written = planted("./in")
    resolved = written.resolved(tmp_path)
    assert json.dumps(resolved.model_dump(mode="json")).count(str(tmp_path)) >= 8
    assert str(tmp_path) not in Redaction(resolved, tmp_path / "runs").config().model_dump_json()


def test_private_names_are_replaced_inside_sentences():
    redaction = Redaction(planted("/srv/geheim"), Path("/srv/geheim/runs/x"))
    told = redaction.everything({"because": ["a/model: /srv/geheim/b/model/config.json cannot be read", 3]})
    assert told == {"because": ["a/model: b/model/config.json cannot be read", 3]}
    assert redaction.text("postgresql://u:pw@h/x") == "postgresql://u:…@h/x"


def test_arguments_are_printed_without_folders_and_passwords():
    assert public_argument("/home/ana/boletim.yaml") == "boletim.yaml"
    assert public_argument("data.source=/home/ana/x.csv") == "data.source=x.csv"
    assert public_argument("runs/x") == "runs/x"
    assert public_argument("tuning.storage=postgresql://u:pw@h/d") == "tuning.storage=postgresql://u:…@h/d"

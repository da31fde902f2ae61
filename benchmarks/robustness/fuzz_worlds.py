"""What the fuzz damages: whole models, runs, cards and data sets, as small as they may be."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

import yaml
from chaos import TOPICS, make_data, make_model
from transformers import BertConfig, BertForMaskedLM, BertForSequenceClassification
from typer.testing import CliRunner

from boletim.app.cli import app
from boletim.probes.asking.word_tests import TESTS

# fmt: off
_BIAS = [f"[The {job}] told the boss that [{{}}] lost [{{}}] key." for job in ("nurse", "doctor", "patient", "coach")]
_WORDS = ["nurse", "doctor", "server", "bug", "goal", "match", "team", "league"]
_PAIRS = "sent_more,sent_less,stereo_antistereo,bias_type\n" + "the nurse works,the doctor works,stereo,gender\n" * 6
PROBE_DATA: dict[str, dict[str, tuple[str, str]]] = {
    "crows_pairs": {"crows_pairs": (".csv", _PAIRS)},
    "winobias": {
        f"winobias_{side}_{kind}": (".dev", "\n".join(line.format(*words) for line in _BIAS) + "\n")
        for kind in (1, 2)
        for side, words in (("pro", ("she", "her")), ("anti", ("he", "his")))
    },
    "honest": {
        "honest": (".csv", "template_masked,type,category\n" + "the nurse works as a [M].,female,female\n" * 4),
        "honest_lexicon": (".txt", "nurse\ndoctor\n"),
    },
    "bec_pro": {"bec_pro": (".tsv", "simplified_professions\tprof_gender\tSentence\n" + "nurse\tfemale\tx\n" * 4)},
    "winogender": {
        "winogender": (
            ".tsv",
            "sentid\tsentence\n"
            + "".join(f"nurse.patient.0.{g}.txt\tThe nurse said {p} works.\n"
                      for g, p in (("male", "he"), ("female", "she"), ("neutral", "they"))),
        ),
        "winogender_shares": (".tsv", "occupation\tbls_pct_female\nnurse\t90\n"),
    },
    "weat": {"weat": (".json", json.dumps({key: _WORDS for names in TESTS.values() for key in names}))},
    "stereoset": {
        "stereoset": (".json", json.dumps({"data": {"intrasentence": [
            {"id": "1", "target": "nurse", "bias_type": "gender", "context": "the nurse is BLANK", "sentences": [
                {"sentence": f"the nurse is {word}", "gold_label": kind, "id": word} for word, kind in
                (("patient", "stereotype"), ("server", "anti-stereotype"), ("goal", "unrelated"))]}] * 4}})),
    },
    "hatecheck": {
        "hatecheck": (".csv", "functionality,case_id,test_case,label_gold,target_ident,direction,focus_words,"
                      "focus_lemma,ref_case_id,ref_templ_id,templ_id\n"
                      + "f,1,the nurse,hateful,women,d,x,x,1,1,1\n" * 4),
    },
}
# fmt: on


@dataclass(frozen=True)
class World:
    """Where the whole things lie."""

    config: Path
    finished: Path
    """A configuration of predictions made elsewhere."""
    texts: Path
    classifier: Path
    masked: Path
    run: Path
    """Of a search."""
    foreign: Path
    """Of predictions, with a card.pdf."""


def make_world(folder: Path) -> World:
    folder.mkdir()
    encoder, texts = make_model(folder / "encoder", 1), folder / "texts.csv"
    make_data(150, 1).to_csv(texts, index=False)
    world = World(
        _write(folder / "c.yaml", _search(encoder, texts)),
        _write(folder / "finished.yaml", _finished(folder / "p.csv")),
        texts,
        *heads(folder, encoder),
        folder / "run",
        folder / "foreign",
    )
    rows = "".join(f"{'ab'[i % 2]},{'ab'[i % 2 if i % 3 else 0]},{'gh'[i % 5 > 2]}\n" for i in range(120))
    (folder / "p.csv").write_text(f"label,predicted,g\n{rows}")
    for config, place in ((world.config, world.run), (world.finished, world.foreign)):
        result = CliRunner().invoke(app, ["run", str(config), "--run-dir", str(place), "--quiet"])
        assert (place / "card.pdf").is_file(), (result.output, result.exception)
    return world


def _write(path: Path, content: object) -> Path:
    path.write_text(yaml.safe_dump(content), "utf-8")
    return path


def _search(encoder: Path, texts: Path) -> dict[str, object]:
    return {
        "name": "fuzz",
        "data": {"source": str(texts), "text": "text", "label": "label"},
        "candidates": [{"model": str(encoder), "max_length": 16}],
        "tuning": {"trials": 2, "search": {"learning_rate": [1e-3, 1e-2], "batch_size": [16], "epochs": 1}},
        "audit": {"bootstrap": 100},
        "probes": {"use": []},
        "card": {"languages": ["en"]},
    }


def _finished(predictions: Path) -> dict[str, object]:
    return {
        "name": "fuzz",
        "predictions": str(predictions),
        "data": {"label": "label", "groups": ["g"]},
        "audit": {"bootstrap": 100},
        "gates": [{"measure": "accuracy", "at_least": 0.5}],
        "card": {"languages": ["en"]},
    }


def heads(folder: Path, encoder: Path) -> tuple[Path, Path]:
    """The encoder with a head for classes, and with one for masked words."""
    from transformers import AutoTokenizer

    labels = list(TOPICS)
    config = BertConfig.from_pretrained(
        encoder, id2label=dict(enumerate(labels)), label2id={n: i for i, n in enumerate(labels)}
    )
    for name, kind in (("classifier", BertForSequenceClassification), ("masked", BertForMaskedLM)):
        kind(config).save_pretrained(folder / name)
        tokenizer = AutoTokenizer.from_pretrained(encoder)
        tokenizer.add_special_tokens({"mask_token": "[MASK]"})
        tokenizer.save_pretrained(folder / name)
    return folder / "classifier", folder / "masked"

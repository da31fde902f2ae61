"""What the guide's pages and the README tell people to type, typed, with files as their sentences describe them.

A search is rehearsed only (`--dry-run`), and nothing is asked of the network; the first page has a test of its own.
"""

import json
import re
import shlex
import shutil
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from boletim.app.cli import app

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(?:bash|sh|)\n(.*?)^```$", re.M | re.S)
NAMES = {
    "predictions.csv": "previsoes.csv", "predictions.json": "previsoes.json", "predictions.conll": "previsoes.conll",
    "summaries.csv": "resumos.csv", "drafts.csv": "rascunhos.csv", "answers.jsonl": "respostas.jsonl",
    "test.csv": "teste.csv", "reviews.csv": "avaliacoes.csv", "texts.jsonl": "textos.jsonl",
    "signer.p12": "assinante.p12", "DIR": "PASTA",
    "name_frequencies=names.csv": "name_frequencies=nomes.csv", "signers.pem": "assinantes.pem",
    "gates.xml": "criterios.xml", "runs/reviews": "runs/resenhas", "runs/before": "runs/antes",
    "runs/after": "runs/depois", "runs/old": "runs/antiga", "runs/new": "runs/nova", "runs/first": "runs/primeiro",
    "runs/first/card.pdf": "runs/primeiro/card.pdf",
    "./my-classifier": "./meu-classificador", "label": "rotulo", "predicted": "previsto", "gender": "genero",
    "document": "documento", "edits": "edicoes", "author_language": "genero", "review": "resenha", "stars": "estrelas",
    "age: [0, 30, 45, 60]": "idade: [0, 30, 45, 60]", "text": "texto",
}  # fmt: skip
"""What the Portuguese pages call the files, folders and columns of the English ones."""
N_ROWS = 120


def commands(page: Path) -> list[list[str]]:
    """Each command of Boletim on a page, as words; the searches rehearsed, the network left out."""
    found = []
    for block in FENCE.findall(page.read_text("utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            if not line.startswith("boletim ") or line.startswith(("boletim --", "boletim clean")):
                continue  # a folder to be cleaned holds a search
            words = shlex.split(line, comments=True)
            rehearsed = ["--dry-run"] if words[1] == "run" and "--dry-run" not in words else []
            found.append([word for word in words[1:] if word != "--hub"] + rehearsed)
    return found


class Reader:
    """A folder with what a page's commands read."""

    def __init__(self, folder: Path, models: dict[str, Path]) -> None:
        self.folder, self.models = folder, models
        self.draw = np.random.default_rng(1)

    def table(self, file: str, columns: dict[str, object]) -> None:
        frame, path = pd.DataFrame(columns), self.folder / file
        if path.suffix == ".csv":
            frame.to_csv(path, index=False)
        else:
            frame.to_json(path, orient="records", lines=True)

    def words(self, *choices: str) -> np.ndarray:
        return self.draw.choice(choices, N_ROWS)

    def texts(self) -> list[str]:
        people = self.draw.choice(["Mary", "John", "she", "he"], N_ROWS)
        return [f"{who} treats the patient every day, number {n}" for n, who in enumerate(people)]

    def write_tables(self) -> None:
        labels, gender, texts = self.words("bad", "good"), self.words("f", "m"), self.texts()
        good = np.where(labels == "good", 0.7, 0.3) + self.draw.uniform(-0.3, 0.3, N_ROWS)
        predicted = np.where(good >= 0.5, "good", "bad")
        scores = {"score_bad": 1 - good, "score_good": good}
        document = [f"document {n // 3}" for n in range(N_ROWS)]
        self.table("predictions.csv", {"label": labels, "predicted": predicted, **scores, "gender": gender})
        ages = self.draw.integers(16, 80, N_ROWS)
        self.table("test.csv", {"review": texts, "stars": labels, "gender": gender, "age": ages})
        pd.DataFrame({"text": texts, "label": labels, "gender": gender}).to_csv(self.folder / "labelled.csv")
        self.table("reviews.csv", {"review": texts, "stars": labels, "gender": gender})
        pd.DataFrame({"review": texts, "stars": labels}).to_csv(self.folder / "my.csv", index=False)
        rouge = self.draw.uniform(size=N_ROWS)
        self.table("summaries.csv", {"rouge_l": rouge, "gender": gender, "document": document})
        self.table("drafts.csv", {"edits": self.draw.integers(0, 9, N_ROWS), "author_language": gender})
        self.table("texts.jsonl", {"text": texts})
        names = {"name": ["Mary", "Anna", "John", "Otto"], "group": ["f", "f", "m", "m"], "count": [9, 3, 8, 2]}
        pd.DataFrame(names).to_csv(self.folder / "names.csv", index=False)

    def write_entities(self) -> None:
        gold = [["B-PER", "I-PER", "O"] if n % 2 else ["O", "B-LOC", "O"] for n in range(N_ROWS)]
        found = [tags if n % 5 else ["O", "O", "O"] for n, tags in enumerate(gold)]
        lines = [
            f"w{i} {a} {b}\n"
            for g, f in zip(gold, found, strict=True)
            for i, (a, b) in enumerate(zip(g, f, strict=True))
        ]
        sentences = ["".join(lines[start : start + 3]) for start in range(0, len(lines), 3)]
        (self.folder / "predictions.conll").write_text("\n".join(sentences), "utf-8")
        document = [f"document {n // 3}" for n in range(N_ROWS)]
        columns = {"tokens": [["a", "b", "c"]] * N_ROWS, "ner_tags": gold, "tags": found}
        self.table("ner.jsonl", columns | {"document": document, "gender": self.words("f", "m")})

    def write_questions(self) -> None:
        rows = [{"id": str(n), "context": f"Ann met Bob {n} times.", "question": "Who met Bob?"} for n in range(N_ROWS)]
        answer = {"text": "Ann", "answer_start": 0}
        paragraphs = [
            {"context": r["context"], "qas": [{"id": r["id"], "question": r["question"], "answers": [answer]}]}
            for r in rows
        ]
        titles = [{"title": title, "paragraphs": paragraphs[part::2]} for part, title in enumerate(("one", "other"))]
        (self.folder / "squad.json").write_text(json.dumps({"version": "1.1", "data": titles}), "utf-8")
        said = {r["id"]: "Ann" if n % 4 else "Bob" for n, r in enumerate(rows)}
        (self.folder / "predictions.json").write_text(json.dumps(said), "utf-8")
        columns = {key: [row[key] for row in rows] for key in rows[0]}
        answers = {"answers": [["Ann"]] * N_ROWS, "prediction": list(said.values()), "gender": self.words("f", "m")}
        self.table("answers.jsonl", columns | answers)

    def write_probe_data(self) -> None:
        cases = [
            {"functionality": kind, "test_case": f"{who} works {n}", "label_gold": gold, "target_ident": who,
             "templ_id": f"{kind}{n}"}
            for kind, gold in (("ident_pos_nh", "non-hateful"), ("derog_h", "hateful"))
            for n in range(6) for who in ("women", "gay people")
        ]  # fmt: skip
        pd.DataFrame(cases).to_csv(self.folder / "mhc_portuguese_cases.csv", index=False)
        asked, located = [], []
        for n in range(16):
            vague, polarity = n % 8 < 4, ("neg", "nonneg")[n % 2]
            asked.append({
                "example_id": n, "question_index": str(n // 8), "category": "Gender_identity",
                "question_polarity": polarity, "context_condition": "ambig" if vague else "disambig",
                "context": f"Ann, Bob {n}", "question": f"Who, {polarity}?", "label": 2 if vague else n % 4 // 2,
                "answer_info": {"ans0": ["Ann", "F"], "ans1": ["Bob", "M"], "ans2": ["Unknown", "unknown"]},
                "ans0": "Ann", "ans1": "Bob", "ans2": "Not known",
            })  # fmt: skip
            located.append(
                {"category": "Gender_identity", "question_index": str(n // 8), "example_id": n, "target_loc": 0}
            )
        pairs = {"sent_more": ["she works"] * 12, "sent_less": ["he works"] * 12, "stereo_antistereo": "stereo"}
        pd.DataFrame(pairs | {"bias_type": "gender"}).to_csv(self.folder / "crows_pairs.csv")
        lines = "".join(json.dumps(one) + "\n" for one in asked)
        (self.folder / "Gender_identity.jsonl").write_text(lines, "utf-8")
        pd.DataFrame(located).to_csv(self.folder / "additional_metadata.csv", index=False)

    def place_model(self, words: list[str]) -> None:
        """The model that a command names, of the kind that it asks for."""
        if "--model" not in words:
            return
        given = " ".join(words)
        kinds = {"ner_": "tagger", "unqover": "reader", "bbq": "reader", "hatecheck": "moderator", "BASE": "masked"}
        kind = next((kind for word, kind in kinds.items() if word in given), "classifier")
        link = self.folder / words[words.index("--model") + 1]
        link.unlink(missing_ok=True)
        link.symlink_to(self.models[kind])

    def place_runs(self, words: list[str], finished: Path) -> None:
        """The finished runs and the card that a command names."""
        for word in words:
            if re.fullmatch(r"runs/[\w-]+", word) and not (self.folder / word).exists():
                shutil.copytree(finished, self.folder / word)
            if word == "card.pdf":
                shutil.copy(finished / word, self.folder)


@pytest.fixture(scope="session")
def models(make_model, tmp_path_factory):
    """A tiny random model of each kind that the pages name."""
    import transformers as t

    from boletim.models.quiet import quiet_transformers

    made = {"classifier": make_model("bert", ("bad", "good")), "moderator": make_model("bert", ("fine", "toxic"))}
    heads = {
        "tagger": (t.AutoModelForTokenClassification, {"id2label": {0: "O", 1: "B-PER", 2: "I-PER"}}),
        "reader": (t.AutoModelForQuestionAnswering, {}),
        "masked": (t.AutoModelForMaskedLM, {}),
    }
    base = make_model("bert", None)
    for kind, (head, more) in heads.items():
        folder = tmp_path_factory.mktemp(kind)
        with quiet_transformers(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            config = t.AutoConfig.from_pretrained(base, **more)
            head.from_config(config).save_pretrained(folder)
            t.AutoTokenizer.from_pretrained(base).save_pretrained(folder)
        made[kind] = folder
    return made


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A finished run with a gate that passes."""
    folder = tmp_path_factory.mktemp("finished")
    labels = np.random.default_rng(1).choice(["bad", "good"], 300)
    pd.DataFrame({"label": labels, "predicted": labels}).to_csv(folder / "predictions.csv", index=False)
    gates = ["--set", "gates=[{measure: accuracy, at_least: 0.8}]", "--run-dir", str(folder / "run")]
    result = CliRunner().invoke(app, ["audit", "--predictions", str(folder / "predictions.csv"), *gates])
    assert result.exit_code == 0, result.output
    return folder / "run"


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "pages" / "en").glob("*.md"))]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name not in ("index.md", "many-machines.md") and commands(page)],
    ids=lambda page: page.stem,
)  # fmt: skip
def test_the_commands_of_a_page_end_well(page, models, finished, make_signer, tmp_path, monkeypatch):
    """A gate that was passed and figures that did not fall: every command exits with 0."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("BOLETIM_KEY_PASSWORD", "secret")
    shutil.copytree(models["masked"], tmp_path / "models" / "masked")
    reader = Reader(tmp_path, models)
    for write in (reader.write_tables, reader.write_entities, reader.write_questions, reader.write_probe_data):
        write()
    make_signer(tmp_path)
    shutil.copy(tmp_path / "certificate.pem", tmp_path / "signers.pem")
    for words in commands(page):
        reader.place_model(words)
        reader.place_runs(words, finished)
        result = CliRunner().invoke(app, [word.replace("~", str(tmp_path)) for word in words])
        assert result.exit_code == 0, (words, result.output, result.exception)


def without_language(words: list[str]) -> list[str]:
    return [a for a, before in zip(words, ["", *words], strict=False) if "--language" not in (a, before)]


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "pages" / "en").glob("*.md")), ids=lambda page: page.stem)
def test_a_portuguese_page_has_the_commands_of_the_english_one(page):
    """In Portuguese names; what the English ones do is tried, and cards of every kind are drawn in both languages."""
    english, portuguese = (commands(page.parents[1] / language / page.name) for language in ("en", "pt-BR"))
    for one, other in zip(english, portuguese, strict=True):
        for word, said in zip(without_language(one), without_language(other), strict=True):
            assert said in (word, NAMES.get(word)), (one, other)

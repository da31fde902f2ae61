"""What the terminal says, in the language of whoever reads it."""

import ast
import re
from pathlib import Path

import pytest
import typer

from boletim.app.screen.reader import in_readers_words, phrases, reader_language, work_in, work_in_language_of
from boletim.contracts.language import known_languages

ROOT = Path(__file__).resolve().parents[3]
ROOMS = (
    "app",
    "tuning",
    "audit",
    "probes",
    "reports",
    "boletim/models",
    "boletim/contracts",
    "boletim/tables",
    "boletim/engine",
)
SLOT = re.compile(r"\{(\w+)\}")


@pytest.fixture
def speak(monkeypatch):
    """speak(LANG, language of the work): whoever reads has this environment."""

    def make(lang, work=""):
        for name in ("LC_ALL", "LC_MESSAGES"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("LANG", lang)
        work_in(work)

    yield make
    work_in("")


@pytest.mark.parametrize(
    ("lang", "work", "language"),
    [
        ("pt_BR.UTF-8", "en", "pt-BR"),
        ("pt_PT", "", "pt-BR"),
        ("en_GB.UTF-8", "pt-BR", "en"),
        ("C.UTF-8", "pt-BR", "pt-BR"),
        ("de_DE.UTF-8", "pt-BR", "pt-BR"),
        ("", "fr", "en"),
        ("C", "", "en"),
    ],
)
def test_the_environment_goes_before_the_language_of_the_work(speak, lang, work, language):
    speak(lang, work)
    assert reader_language() == language


@pytest.mark.parametrize(
    ("content", "language"),
    [
        ("name: x\nlanguage: pt-BR\nseed: x\n", "pt-BR"),
        ('language: "pt-BR"  # the reader\n  - [\n', "pt-BR"),
        ("card: {language: pt-BR}\n", "en"),
        ("language: xx\n", "en"),
        ("\0", "en"),
    ],
)
def test_a_configuration_that_is_wrong_still_names_its_language(speak, tmp_path, content, language):
    speak("C")
    (tmp_path / "c.yaml").write_text(content)
    work_in_language_of(tmp_path / "c.yaml")
    assert reader_language() == language
    work_in_language_of(tmp_path)
    work_in_language_of(tmp_path / "none.yaml")
    assert reader_language() == language


def test_lc_all_goes_before_lang(speak, monkeypatch):
    speak("pt_BR.UTF-8")
    monkeypatch.setenv("LC_ALL", "C")
    assert reader_language() == "en"


@pytest.mark.parametrize("language", known_languages())
def test_every_pack_has_every_sentence_with_the_same_slots(language):
    own, english = phrases(language), phrases("en")
    assert own.keys() == english.keys()
    assert len(english) > 200
    differing = [key for key in english if sorted(SLOT.findall(own[key])) != sorted(SLOT.findall(english[key]))]
    assert not differing


def test_no_english_sentence_stands_twice():
    sentences = list(phrases("en").values())
    assert sorted(set(sentences)) == sorted(sentences)


@pytest.mark.parametrize(
    ("english", "portuguese"),
    [
        ("audit …", "auditoria …"),
        (
            "audit: 1,139 measures on 400 test examples, 2 findings shown (5.1 s)",
            "auditoria: 1.139 medidas em 400 exemplos de teste, 2 achados demonstrados (5,1 s)",
        ),
        ("  texts scored: 1,000 of 5,000, 3 s left", "  textos pontuados: 1.000 de 5.000, faltam 3 s"),
        ("  steps of trial 3: 10 of 20", "  passos: tentativa 3: 10 de 20"),
        ("verdict: insufficient evidence", "veredito: evidência insuficiente"),
        ("warning: tune: model/x is not the file that was written; it is made again", None),
        (
            "     agrees  pages: 19 pages are drawn as card.json says",
            "    confere  páginas: 19 páginas desenhadas como diz card.json",
        ),
        (
            "a model needs torch, which is not installed; type: pip install 'boletim[train]'",
            "um modelo precisa de torch, que não está instalado; digite: pip install 'boletim[train]'",
        ),
        (
            "         better  f1_macro: 0.800 -> 0.900, difference +0.100 [+0.050, +0.150] n=1,200 q=0.010",
            "         melhor  f1_macro: 0,800 -> 0,900, diferença +0,100 [+0,050; +0,150] n=1.200 q=0,010",
        ),
        (
            "trial 1/2 minilm lr 5.0e-05 epoch 1.0 f1_macro 0.812 (best 0.900)",
            "tentativa 1/2 minilm lr 5.0e-05 época 1,0 f1_macro 0,812 (melhor 0,900)",
        ),
        (
            "trial 1/2 minilm lr 5.0e-05 starts: batch 16, 3 epochs, weight decay 0.01, warm-up 0.10",
            "tentativa 1/2 minilm lr 5.0e-05 começa: lote 16, 3 épocas, decaimento de pesos 0,01, aquecimento 0,10",
        ),
        (
            "trial 1/2 minilm lr 5.0e-05 complete: f1_macro 0.812 (best 0.812) in 42 s",
            "tentativa 1/2 minilm lr 5.0e-05 completa: f1_macro 0,812 (melhor 0,812) em 42 s",
        ),
        (
            "precision: fp32, since bf16 changes too much (9 of 512 labels change, a probability by at most 0.0301)",
            "precisão: fp32, pois bf16 muda demais (9 de 512 rótulos mudam, uma probabilidade em no máximo 0,0301)",
        ),
        (
            "      ok  processor and precision: auto: GPU, beside x86_64; auto takes bf16: this GPU has bf16",
            "      ok  processador e precision: auto: GPU, ao lado de x86_64; auto escolhe bf16: esta GPU tem bf16",
        ),
        (" MISSING  pango (system library for the PDF): x", "   FALTA  pango (biblioteca do sistema para o PDF): x"),
        (
            "p.csv: there is no column 'label', the columns are text, y and 1,970 more; did you mean 'y'?",
            "p.csv: não há coluna 'label', as colunas são text, y e mais 1.970; seria 'y'?",
        ),
        (
            "c.yaml, line 7: not valid YAML: mapping values are not allowed here; mend this line (quote a value "
            "that holds ': ')",
            "c.yaml, linha 7: não é YAML válido: mapping values are not allowed here; corrija esta linha (ponha "
            "entre aspas um valor que contém ': ')",
        ),
        (
            "--set: tuning.storage holds a password or a token, and a configuration is handed round with the "
            "card; take it out of the URL and give it in PGPASSWORD or ~/.pgpass",
            "--set: tuning.storage contém uma senha ou um token, e a configuração circula com o boletim; tire-a "
            "da URL e dê-a em PGPASSWORD ou ~/.pgpass",
        ),
        (
            "p.csv, row 5: the scores of a row sum to 1 (within 0.001, which rounding explains), these sum to "
            "1.2000; give probabilities over all classes",
            "p.csv, linha 5: as pontuações de uma linha somam 1 (com 0,001 de tolerância, pelo arredondamento), "
            "estas somam 1,2000; dê probabilidades de todas as classes",
        ),
        (
            "c.yaml, line 7: card is given twice (first in line 6); keep one",
            "c.yaml, linha 7: card aparece duas vezes (antes na linha 6); deixe uma",
        ),
        (
            "c.yaml, line 1,200: audit.level: must be less than 1, got 2",
            "c.yaml, linha 1.200: audit.level: deve ser menor que 1; veio 2",
        ),
        (
            "model: a model is a folder or a hub id, x does not exist; give the folder that holds config.json",
            "modelo: um modelo é uma pasta ou um nome do hub, x não existe; dê a pasta que contém config.json",
        ),
        (
            "a card is verified within 300 seconds and 3 GiB, this one takes longer; ask for the card as it was drawn",
            "um boletim é verificado em até 300 segundos e 3 GiB, este leva mais; peça o boletim como foi desenhado",
        ),
        ("card: runs/v1.2/card.pdf", "boletim: runs/v1.2/card.pdf"),
        ("what nobody listed", "what nobody listed"),
    ],
)  # fmt: skip
def test_a_line_is_said_in_portuguese_and_left_alone_in_english(speak, english, portuguese):
    speak("en_US.UTF-8")
    assert in_readers_words(english) == english
    speak("pt_BR.UTF-8")
    assert in_readers_words(english) != english or portuguese == english
    assert portuguese is None or in_readers_words(english) == portuguese


def said_in_code():
    """Every literal line that a room or the application says, with 1 in its slots."""
    for room in ("app", "tuning", "boletim/models"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                first = node.args[0]
                if name in ("say", "warn") and isinstance(first, ast.JoinedStr | ast.Constant):
                    parts = first.values if isinstance(first, ast.JoinedStr) else [first]
                    yield path, "".join(str(p.value) if isinstance(p, ast.Constant) else "1" for p in parts)


def test_every_line_that_is_said_is_listed(speak):
    speak("pt_BR.UTF-8")
    lines = list(said_in_code())
    assert len(lines) > 25
    # what begins with a slot is put together of a name and an ending, tried above and in a whole run
    whole = [(path, line) for path, line in lines if not line.startswith("1") and not line.startswith("precision: 1 (")]
    assert not [f"{path.name}: {line}" for path, line in whole if in_readers_words(line) == line]


# put together in the code of parts that are not listed by themselves
COMPOSED = {
    "terminal.diff.head_other",
    "terminal.diff.head_same",
    "terminal.doctor.hub_closed",
    "terminal.doctor.hub_open",
    "terminal.doctor.processor_gpu",
    "terminal.error.no_language",
    "terminal.error.no_probe",
    "terminal.init.proposed_audit",
    "terminal.init.proposed_audit_of_scores",
    "terminal.precision.gpu",
    "terminal.precision.gpu_not",
    "terminal.precision.refused",
    "terminal.stage.audited_one",
    "terminal.trial.complete_constrained",
    "terminal.trial.complete_violating",
    "terminal.trial.memory_given_up",
    "terminal.trial.pruned",
    "terminal.verify.bytes_signed",
    "help.typed_lacks_argument",
    "help.typed_lacks_option",
    "errors.rule_above",  # what pydantic says
    "errors.rule_least",
    "errors.rule_most",
    "errors.more_columns",
    "errors.more_near_column",
}


def test_every_sentence_that_is_listed_is_still_said():
    """A sentence that was changed in the code alone would be told in English: its longest part stands in the code."""
    said = [path.read_text("utf-8") for path in Path(typer.__file__).parent.rglob("*.py")]
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            said += [
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
    code = "\0".join(said)
    parts = {key: max(re.split(r"\{\w+\}", english), key=len).strip(" :;,()") for key, english in phrases("en").items()}
    gone = {key: part for key, part in parts.items() if part not in code}
    assert len(parts) > 200
    assert gone.keys() == COMPOSED

"""What the terminal says, in the language of whoever reads it."""

import pickle

import pytest

from boletim.app.screen.reader import in_readers_words, reader_language, work_in, work_in_language_of
from boletim.contracts.errors import ConfigError, DataError, InputError, ModelError, line_of, row_of
from boletim.contracts.sentence import Joined, Sentence, from_plain, to_plain, word


def say(key, **values):
    return Sentence(f"terminal.{key}", **values)


TRIAL = say("trial.of", place="1/2", model="minilm", short="lr 5.0e-05")
SETTINGS = say("trial.settings", batch=16, epochs=3, n_decay=0.01, n_warmup=0.1)
COMPLETE = say("trial.complete", objective="f1_macro", n_value=0.812, n_best=0.812, said="")


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


@pytest.mark.parametrize(
    ("said", "english", "portuguese"),
    [
        (say("stage.begins", stage=word("audit")), "audit …", "auditoria …"),
        (
            say(
                "stage.ended",
                stage=word("audit"),
                summary=say("stage.audited", n_measures=1139, n=400, n_shown=2),
                n_seconds=5.08,
            ),
            "audit: 1,139 measures on 400 test examples, 2 findings shown (5.1 s)",
            "auditoria: 1.139 medidas em 400 exemplos de teste, 2 achados demonstrados (5,1 s)",
        ),
        (
            say("progress.left", what=word("texts scored"), n_done=1000, n_total=5000, n_left=3.2),
            "texts scored: 1,000 of 5,000, 3 s left",
            "textos pontuados: 1.000 de 5.000, faltam 3 s",
        ),
        (
            say("progress.done", what=say("progress.steps", said=say("trial.name", n=3)), n_done=20, n_total=20),
            "steps of trial 3: 20 of 20",
            "passos: tentativa 3: 20 de 20",
        ),
        (
            say("summary.verdict", said=word("insufficient evidence")),
            "verdict: insufficient evidence",
            "veredito: evidência insuficiente",
        ),
        (
            say("verify.item", status=word("agrees"), what=word("pages"), said=say("verify.drawn", n=19)),
            "     agrees  pages: 19 pages are drawn as card.json says",
            "       confere  páginas: 19 páginas desenhadas como diz card.json",
        ),
        (
            InputError("extra", said=word("a model"), package="torch", command="pip install 'boletim[train]'"),
            "a model needs torch, which is not installed; type: pip install 'boletim[train]'",
            "um modelo precisa de torch, que não está instalado; digite: pip install 'boletim[train]'",
        ),
        (
            say(
                "diff.change", status=word("better"), id="f1_macro", n_old=0.8, n_new=0.9, n_difference=0.1,
                n_low=0.05, n_high=0.15, n=1200, n_q=0.01,
            ),
            "        better  f1_macro: 0.800 -> 0.900, difference +0.100 [+0.050, +0.150] n=1200 q=0.010",
            "            melhor  f1_macro: 0,800 -> 0,900, diferença +0,100 [+0,050; +0,150] n=1200 q=0,010",
        ),
        (
            say("trial.epoch_best", name=TRIAL, n_epoch=1.0, objective="f1_macro", n_value=0.812, n_best=0.9),
            "trial 1/2 minilm lr 5.0e-05 epoch 1.0 f1_macro 0.812 (best 0.900)",
            "tentativa 1/2 minilm lr 5.0e-05 época 1,0 f1_macro 0,812 (melhor 0,900)",
        ),
        (
            say("trial.starts", name=TRIAL, settings=SETTINGS),
            "trial 1/2 minilm lr 5.0e-05 starts: batch 16, 3 epochs, weight decay 0.01, warm-up 0.10",
            "tentativa 1/2 minilm lr 5.0e-05 começa: lote 16, 3 épocas, decaimento de pesos 0,01, aquecimento 0,10",
        ),
        (
            say("trial.said", name=TRIAL, said=say("trial.took", said=COMPLETE, n_seconds=42.1)),
            "trial 1/2 minilm lr 5.0e-05 complete: f1_macro 0.812 (best 0.812) in 42 s",
            "tentativa 1/2 minilm lr 5.0e-05 completa: f1_macro 0,812 (melhor 0,812) em 42 s",
        ),
        (
            DataError(
                "column_absent",
                column="label",
                names=["text", "y"],
                more=Sentence("errors.and_n_more", n=1970),
                hint=Sentence("errors.semicolon_did_you_mean", near="y"),
                at="p.csv",
            ),
            "p.csv: there is no column 'label', the columns are text, y and 1,970 more; did you mean 'y'?",
            "p.csv: não há coluna 'label', as colunas são text, y e mais 1.970; seria 'y'?",
        ),
        (
            DataError("score_sum", n_allowed=0.001, n=1.2, at=row_of("p.csv", 5)),
            "p.csv, row 5: the scores of a row sum to 1 (within 0.001, which rounding explains), these sum to "
            "1.2000; give probabilities over all classes",
            "p.csv, linha 5: as pontuações de uma linha somam 1 (com 0,001 de tolerância, pelo arredondamento), "
            "estas somam 1,2000; dê probabilidades de todas as classes",
        ),
        (
            ConfigError("yaml_twice", key="card", line=6, at=line_of("c.yaml", 7)),
            "c.yaml, line 7: card is given twice (first in line 6); keep one",
            "c.yaml, linha 7: card aparece duas vezes (antes na linha 6); deixe uma",
        ),
        (
            ModelError("model_no_folder", model="x", said=Sentence("errors.not_exist")),
            "a model is a folder or a hub id, x does not exist; give the folder that holds config.json",
            "um modelo é uma pasta ou um nome do hub, x não existe; dê a pasta que contém config.json",
        ),
        (say("summary.card", path="runs/v1.2/card.pdf"), "card: runs/v1.2/card.pdf", "boletim: runs/v1.2/card.pdf"),
        (InputError("what a plug-in says by itself"), *["what a plug-in says by itself"] * 2),
    ],
)  # fmt: skip
def test_a_sentence_is_said_in_both_languages(speak, said, english, portuguese):
    assert str(said) == english
    speak("en_US.UTF-8")
    assert in_readers_words(said) == english
    speak("pt_BR.UTF-8")
    assert in_readers_words(said) == portuguese
    assert in_readers_words(pickle.loads(pickle.dumps(said))) == portuguese  # noqa: S301 - its own
    assert in_readers_words(from_plain(to_plain(said))) == portuguese


def test_joined_sentences_are_said_part_by_part(speak):
    both = Joined([say("summary.findings"), "runs/x", say("summary.search")])
    speak("pt_BR.UTF-8")
    assert both == "findings:\nruns/x\nsearch:"
    assert in_readers_words(both) == in_readers_words(from_plain(to_plain(both))) == "achados:\nruns/x\nbusca:"

"""`--help` and mistakes in a command, said in the reader's words."""

import sys

import pytest
import typer

from boletim.app.cli import app, main
from boletim.contracts.language import load_language

ENGLISH = load_language("en").words["help"]


def helps(command):
    """Every sentence of help from a command down."""
    for one in (command, *command.params):
        if getattr(one, "help", None):
            yield one.help
    for inner in getattr(command, "commands", {}).values():
        yield from helps(inner)


@pytest.fixture
def typed(monkeypatch, capsys):
    """typed(language, *arguments): the exit code, and what was printed."""

    def make(language, *arguments):
        for name in ("LC_ALL", "LC_MESSAGES"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("LANG", language)
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setattr(sys, "argv", ["boletim", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, "".join(capsys.readouterr())

    return make


def test_every_sentence_of_help_is_listed():
    said = {*ENGLISH.values()}
    assert not [text for text in helps(typer.main.get_command(app)) if text not in said]


@pytest.mark.parametrize("command", ["", *sorted(command.callback.__name__ for command in app.registered_commands)])
def test_no_help_is_english_for_who_reads_portuguese(typed, command):
    code, said = typed("pt_BR.UTF-8", *filter(None, [command]), "--help")
    assert code == 0
    assert "Uso: boletim" in said
    assert "Opções:\n" in said
    plain = " ".join(said.split())
    assert not [text for text in ENGLISH.values() if len(text) > 12 and "{" not in text and text in plain]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run",), "Erro: falta o argumento 'CONFIG'."),
        (("run", "--nix"), "Erro: não existe a opção --nix"),
        (("runn",), "Erro: não existe o comando 'runn'. Seria 'run'?"),
        (("check",), "Digite 'boletim check -h' para ajuda."),
        (("diff", "a", "b", "--margin", "x"), "Erro: valor inválido para '--margin': "),
    ],
)
def test_a_mistake_in_a_command_is_told_in_portuguese(typed, arguments, told):
    code, said = typed("pt_BR.UTF-8", *arguments)
    assert code == 2
    assert told in said


def test_english_stays_as_it_was(typed):
    code, said = typed("en_US.UTF-8", "audit", "--help")
    assert code == 0
    assert all(part in said for part in ("Usage: boletim audit", "Options:", "[default: label]", "Name on the card."))
    assert typed("C", "run", "--nix")[1].endswith("Error: No such option: --nix\n")

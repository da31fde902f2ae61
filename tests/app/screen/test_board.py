import io
import sys

import pytest
from rich.console import Console

from boletim.app.screen.board import Board, duration, live_table
from boletim.app.screen.terminal import Terminal
from boletim.contracts.results.search import SearchStatus, StatusRow

STATUS = SearchStatus(
    objective="f1_macro",
    n_planned=20,
    n_ended=2,
    n_pruned=1,
    n_failed=0,
    best=0.8125,
    best_trial=0,
    seconds_left=3725.0,
    rows=(
        StatusRow(trial=0, candidate="/models/minilm", state="complete", epochs=3.0, objective=0.8125, seconds=61.0),
        StatusRow(trial=1, candidate="bert-base", state="pruned", epochs=0.5, objective=0.41, seconds=8.2),
        StatusRow(trial=2, candidate="[red]bert", state="running"),
    ),
)


def drawn(language: str) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)
    with Board(language, console) as board:
        board.show(STATUS)
        board.note("trial 3/20 [bold] starts")
        board.progress("steps of trial 3: 10 of 90")
    return console.file.getvalue()


def test_the_table_shows_each_trial_the_best_and_the_time_left() -> None:
    text = drawn("en")
    for part in ("minilm", "0.812", "complete *", "1:01", "pruned", "0:08", "[red]bert", "–"):
        assert part in text, part
    assert "2 of 20 trials ended, 1 pruned, 0 failed; best 0.812; about 1:02:05 left" in text
    assert "/models" not in text
    assert "trial 3/20 [bold] starts" in text
    assert "steps of trial 3: 10 of 90" in text


def test_in_portuguese_too() -> None:
    text = drawn("pt-BR")
    assert "Tentativas concluídas: 2 de 20; podadas: 1; com falha: 0; melhor valor: 0,812; faltam cerca de" in text
    assert "completa *" in text
    assert "em andamento" in text


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0:00"), (59.6, "1:00"), (309, "5:09"), (7509, "2:05:09")])
def test_durations_read_as_a_clock(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_table_where_there_is_a_terminal_and_plain_lines_elsewhere(
    is_terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    with live_table(terminal, "en") as show:
        show(STATUS)
        terminal.say("trial 3/20 starts")
    terminal.say("after")
    error = capsys.readouterr().err
    assert "trial 3/20 starts" in error
    assert error.endswith("after\n")
    assert ("trials ended" in error) == is_terminal

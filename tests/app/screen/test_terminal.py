import json

import pytest

from boletim.app.screen.terminal import Terminal

HALF = "half a pair \ud800 of surrogates"


def test_what_cannot_be_written_does_not_end_a_command(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    terminal = Terminal()
    terminal.say(HALF)
    terminal.warn(HALF)
    terminal.result(HALF, {})
    out, error = capfdbinary.readouterr()
    assert error.decode().count("half a pair \N{REPLACEMENT CHARACTER} of surrogates") == 2
    assert out.decode() == "half a pair \N{REPLACEMENT CHARACTER} of surrogates\n"


def test_json_is_written_whole_too(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    Terminal(as_json=True).result("", {HALF: [HALF, 1]})
    (key, (text, number)), *_ = json.loads(capfdbinary.readouterr().out.decode()).items()
    assert (key, text, number) == (text, key, 1)
    assert "\N{REPLACEMENT CHARACTER}" in text

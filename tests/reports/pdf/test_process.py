"""The drawing process is bounded, says in one line when a bound is met, and draws the same bytes."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from boletim.contracts.errors import InputError
from boletim.contracts.results.card import Card
from boletim.reports.pdf.draw import render_pdf
from boletim.reports.pdf.process import _lacks_memory, draw_pdf

ACTS = {
    "open('/etc/passwd').read()": "PermissionError",
    "open(__import__('pathlib').Path.home() / 'x', 'w')": "PermissionError",
    "open('/usr/x', 'a')": "PermissionError",
    "open('/proc/self/environ').read()": "PermissionError",
    "__import__('socket').create_connection(('127.0.0.1', 9), 1)": "PermissionError",
    "__import__('subprocess').run(['true'])": "PermissionError",
    "__import__('os').system('true')": "PermissionError",
    "bytearray(5 * 2**30)": "MemoryError",
    "__import__('sys').addaudithook and open(__import__('json').__file__).read()": "",
}


@pytest.mark.parametrize("act", ACTS)
def test_a_confined_process_does_nothing_but_draw(act: str) -> None:
    if ACTS[act] == "MemoryError" and sys.platform != "linux":
        pytest.skip("the address space can be bounded on Linux alone")
    code = f"from boletim.reports.pdf.process import confine; confine(); {act}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last = done.stderr.strip().splitlines()[-1:] or [""]
    assert (done.returncode == 0) == (ACTS[act] == "")
    assert last[0].startswith(ACTS[act])


def test_the_same_bytes_whoever_stands_where(card: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("reports.py", "json.py", "jinja2.py"):
        (tmp_path / name).write_text("raise SystemExit('imported from where somebody stands')")
    monkeypatch.chdir(tmp_path)
    assert draw_pdf(card, "en", {"a.json": b"\x00{}"}) == render_pdf(card, "en", {"a.json": b"\x00{}"})


def test_a_card_that_takes_too_long_is_stopped(card: Card) -> None:
    said = r"^a card is drawn within 0\.2 seconds and 4 GiB, this one takes longer; lower [^\n]+$"
    with pytest.raises(InputError, match=said):
        draw_pdf(card, "en", {}, max_s=0.2)


@pytest.mark.skipif(sys.platform != "linux", reason="the address space can be bounded on Linux alone")
@pytest.mark.parametrize("max_bytes", [2**26, 2**28, 2**28 + 2**27])
def test_a_card_that_needs_too_much_memory_is_stopped(card: Card, max_bytes: int) -> None:
    with pytest.raises(InputError, match=rf"{max_bytes / 2**30:g} GiB, this one needs more; lower"):
        draw_pdf(card, "en", {}, max_bytes=max_bytes)


@pytest.mark.skipif(sys.platform != "linux", reason="the address space can be bounded on Linux alone")
def test_an_odd_error_is_for_memory_where_the_bound_is_reached() -> None:
    odd = ValueError("field 'target' is required for AnnAssign")
    assert _lacks_memory(odd, 2**20)
    assert not _lacks_memory(odd, 2**50)
    assert _lacks_memory(MemoryError(), 2**50)
    assert _lacks_memory(OSError(errno.ENOMEM, "no room"), 2**50)
    assert not _lacks_memory(OSError(errno.ENOENT, "no file"), 2**50)


def test_what_is_refused_is_refused_in_the_same_words(card: Card) -> None:
    with pytest.raises(InputError, match="language must be one of"):
        draw_pdf(card, "xx", {})

"""The PDF drawn in a process of its own, bounded in time, memory, files and network, for texts of strangers."""

import base64
import errno
import gc
import json
import os
import resource
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

from boletim.contracts.errors import InputError
from boletim.contracts.results.card import Card
from boletim.contracts.sentence import Sentence, from_plain, to_plain
from boletim.reports.checking.bounds import check_names

MAX_S = 600
MAX_BYTES = 4 * 2**30
_MAX_FONT_BYTES = 2**24
_FULL = 0.98  # of the bound
_SIZE = "/proc/self/statm"
_REMEDY = "errors.card_lower"
_REFUSED, _COMPLAINED, _NO_MEMORY = 3, 4, 5
_FORBIDDEN = ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec")


def draw_pdf(
    card: Card,
    language: str,
    attachments: Mapping[str, bytes],
    max_s: float = MAX_S,
    max_bytes: int = MAX_BYTES,
    heard: Callable[[str], None] | None = None,
) -> bytes:
    """The card as PDF, as `reports.pdf.render_pdf` draws it, in a bounded process.

    Args:
        card: What is drawn.
        language: Code of the reader's language.
        attachments: Files put into the PDF unchanged, by name.
        max_s: Seconds after which the process is killed.
        max_bytes: Of memory that it may take, where the system can bound it.
        heard: Given each line that the drawing libraries warned of.

    Raises:
        InputError: There is no such language, its pack lacks a text, or the card needs too much time or memory.
        RuntimeError: The drawing failed.
    """
    check_names(card)
    order = {
        "card": card.model_dump(),
        "language": language,
        "max_bytes": max_bytes,
        "attachments": {name: base64.b64encode(content).decode("ascii") for name, content in attachments.items()},
    }
    # -P: a folder called reports where somebody stands is not this package
    command = [sys.executable, "-P", "-m", "boletim.reports.pdf.process"]
    # not mode="json": that refuses half a surrogate pair, which a text may hold and json writes as an escape
    sent = json.dumps(order, ensure_ascii=True, default=str).encode("ascii")
    try:
        with TemporaryDirectory(prefix="boletim-card-") as own:  # WeasyPrint lays its fonts there
            env = os.environ | {"TMPDIR": own, "SOURCE_DATE_EPOCH": "0"}  # fontTools dates the fonts that it cuts
            done = subprocess.run(command, input=sent, env=env, capture_output=True, timeout=max_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise InputError("card_longer", said=_bounds(max_s, max_bytes), said_remedy=Sentence(_REMEDY)) from error
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode == 0:
        if heard is not None:
            for line in dict.fromkeys(said.splitlines()):
                heard(line)
        return done.stdout
    if done.returncode == _REFUSED:
        raise InputError(from_plain(json.loads(said.splitlines()[-1])))
    if done.returncode == _NO_MEMORY or done.returncode < 0:
        raise InputError("card_memory", said=_bounds(max_s, max_bytes), said_remedy=Sentence(_REMEDY))
    raise RuntimeError(said)


def confine(max_bytes: int = MAX_BYTES) -> None:
    """Bound this process for good: memory, no network, no program, no file but of the installation and TMPDIR."""
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: _MAX_FONT_BYTES}
    if sys.platform == "linux":  # elsewhere the address space cannot be bounded
        limits[resource.RLIMIT_AS] = max_bytes
    for kind, most in limits.items():
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    names = ("boletim", "boletim.reports", "boletim.templates")
    ours = [str(Path(str(import_module(name).__file__)).parent) for name in names]
    installed = {Path(path).resolve() for path in (sys.prefix, sys.base_prefix, *sys.path, *ours)}
    roots = tuple(map(str, (*installed, Path("/usr"), Path("/lib"), Path("/etc/fonts"), Path(_SIZE).resolve())))

    own = os.path.realpath(gettempdir())  # before the hook: asking for it opens a file

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FORBIDDEN:
            raise PermissionError(f"drawing a card needs no {event}")
        if event == "open" and isinstance(arguments[0], str | bytes) and not _is_allowed(arguments, roots, own):
            raise PermissionError(f"drawing a card opens no {os.fsdecode(arguments[0])}")

    sys.addaudithook(watch)


def main() -> None:
    """Read an order from standard input, write the PDF to standard output."""
    order = json.loads(sys.stdin.buffer.read())
    from boletim.reports.pdf.draw import render_pdf

    warnings.simplefilter("ignore")  # of the imports; where a library lacks, drawing says so too
    import_module("weasyprint")  # as it is imported it reads the machine's types of files
    import_module("boletim.reports.pdf.fetcher")
    import_module("boletim.reports.pdf.finisher")
    # a layout's many objects live to its end: looking for garbage among them was a tenth of the time
    gc.set_threshold(50_000, 20, 100)
    card = Card.model_validate(order["card"])  # imports the class of its kind of answer
    confine(order["max_bytes"])
    attachments = {name: base64.b64decode(content) for name, content in order["attachments"].items()}
    try:
        content = render_pdf(card, order["language"], attachments, _say)
    except InputError as error:
        _leave(_REFUSED, json.dumps(to_plain(error)))
    except Exception as error:
        if _lacks_memory(error, order["max_bytes"]):
            _leave(_NO_MEMORY, "")
        if not isinstance(error, RuntimeError):
            raise
        _leave(_COMPLAINED, str(error))
    sys.stdout.buffer.write(content)


def _lacks_memory(error: Exception, max_bytes: int) -> bool:
    """Whether memory ran out: libraries say it in words of their own, Python's parser even as a wrong syntax tree."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    return sys.platform == "linux" and _FULL * max_bytes < _address_space()


def _address_space() -> int:
    """Bytes that this process holds of what `RLIMIT_AS` bounds."""
    return int(Path(_SIZE).read_text().split()[0]) * resource.getpagesize()


def _is_allowed(arguments: tuple[Any, ...], roots: tuple[str, ...], own: str) -> bool:
    path, _, flags = arguments
    real = os.path.realpath(os.fsdecode(path))
    if real.startswith(own + os.sep):
        return True
    is_read = not flags & (os.O_WRONLY | os.O_RDWR)
    return is_read and any(real == root or real.startswith(root + os.sep) for root in roots)


def _bounds(max_s: float, max_bytes: int) -> str:
    return Sentence("errors.card_drawn_bounds", n=max_s, n_gib=max_bytes / 2**30)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _leave(code: int, said: str) -> None:
    print(said, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()

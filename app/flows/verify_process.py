"""A stranger's card looked at in a process of its own, bounded in time, processor time and memory."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from boletim.contracts.errors import BoletimError, InputError
from boletim.contracts.results.verification import VerifiedItem
from boletim.contracts.sentence import Sentence, from_plain, to_plain

MAX_S = 300
MAX_BYTES = 3 * 2**30
_REFUSED, _NO_MEMORY = 3, 4


def verify_apart(
    path: Path,
    predictions: Path | None = None,
    trusted: Path | None = None,
    max_s: int = MAX_S,
    max_bytes: int = MAX_BYTES,
) -> list[VerifiedItem]:
    """`boletim.verify.verify_file` in a bounded process.

    Raises:
        InputError: A file cannot be read, is no card, or asks for more time or memory than a card needs.
    """
    order = [str(p.absolute()) if p else None for p in (path, predictions, trusted)]
    command = [sys.executable, "-P", "-m", "boletim.app.flows.verify_process"]
    sent = json.dumps([*order, max_s, max_bytes])
    bounds = Sentence("errors.card_bounds", n=max_s, n_gib=max_bytes / 2**30)
    try:
        done = subprocess.run(command, input=sent.encode(), capture_output=True, timeout=max_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise InputError("card_longer", said=bounds, said_remedy=Sentence("errors.card_ask")) from error
    if done.returncode == 0:
        return [VerifiedItem.model_validate(from_plain(item)) for item in json.loads(done.stdout)]
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode == _REFUSED:
        raise InputError(from_plain(json.loads(said.splitlines()[-1])))
    if done.returncode == _NO_MEMORY or done.returncode < 0:
        raise InputError("card_memory", said=bounds, said_remedy=Sentence("errors.card_ask"))
    raise RuntimeError(said)


def main() -> None:
    """Read an order from standard input, write the items to standard output as JSON."""
    *paths, max_s, max_bytes = json.loads(sys.stdin.buffer.read())
    _bound(resource.RLIMIT_CPU, max_s)
    _bound(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":  # elsewhere the address space cannot be bounded
        _bound(resource.RLIMIT_AS, max_bytes)
    from boletim.app.flows.verify import verify_file

    try:
        items = verify_file(*_paths(paths))
    except BoletimError as error:
        print(json.dumps(to_plain(error)), file=sys.stderr)
        sys.exit(_REFUSED)
    except MemoryError:
        sys.exit(_NO_MEMORY)
    print(json.dumps([{name: to_plain(value) for name, value in item} for item in items]))


def _paths(given: list[Any]) -> tuple[Path, Path | None, Path | None]:
    card, predictions, trusted = (Path(one) if one else None for one in given)
    assert card is not None
    return card, predictions, trusted


def _bound(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()

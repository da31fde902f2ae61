"""Write the sha256 of every file of each pinned release into lock files: `python .ci/lock_hashes.py FILE...`.

`pip-compile --generate-hashes` downloads every file where the index has no JSON in PyPI's own form; this asks the index
that pip is configured with for its standard JSON pages (PEP 691), and reads the files in pip's find-links folders.
"""

import hashlib
import re
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
PINNED = re.compile(rf"^({PIN.pattern}) \\\n((?:    --hash=\S+(?: \\)?\n)+)", re.MULTILINE)
HASHES_OF = Callable[[str, Version], set[str]]


def with_hashes(text: str, hashes_of: HASHES_OF) -> str:
    """The lock file's text, each pin with its hashes below and none that stood there before.

    A build such as 2.13.0+cpu is in no index that all have, so what is known of it stays and what lies here is added.

    Raises:
        SystemExit: A pinned release has no file.
    """
    lines = [line.removesuffix(" \\") for line in text.splitlines() if not line.lstrip().startswith("--hash=")]
    known = {found[1]: set(HASH.findall(found[4])) for found in PINNED.finditer(text)}

    def hashes_below(line: str) -> list[str]:
        pin = PIN.match(line)
        if pin is None:
            return []
        version = Version(pin[2])
        found = hashes_of(pin[1], version) | (known.get(pin[0], set()) if version.local else set())
        if not found:
            raise SystemExit(f"{pin[0]} has no file in the index; check the name and the version")
        return sorted(found)

    with ThreadPoolExecutor(8) as pool:
        hashed = zip(lines, list(pool.map(hashes_below, lines)), strict=True)
    return "".join(" \\\n    ".join([line, *(f"--hash=sha256:{one}" for one in ones)]) + "\n" for line, ones in hashed)


def is_of(filename: str, version: Version) -> bool:
    """Whether this is a file of the release."""
    try:
        wheel = filename.endswith(".whl")
        found = parse_wheel_filename(filename)[1] if wheel else parse_sdist_filename(filename)[1]
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return False
    return found == version


def of_folders(folders: Iterable[Path]) -> HASHES_OF:
    """Hashes of the release's files that lie in these folders."""
    files = [path for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_file()]

    def hashes_of(name: str, version: Version) -> set[str]:
        begins = tuple(f"{spelling}-" for spelling in (name, name.replace("-", "_")))
        own = [path for path in files if path.name.lower().startswith(begins) and is_of(path.name, version)]
        return {hashlib.sha256(path.read_bytes()).hexdigest() for path in own}

    return hashes_of


def of_index(page: Callable[[str], dict[str, list[dict[str, str | dict[str, str]]]]]) -> HASHES_OF:
    """Hashes that the index gives of the release's files; `page` gives a project's page, read from JSON."""

    def hashes_of(name: str, version: Version) -> set[str]:
        return {row["hashes"]["sha256"] for row in page(name)["files"] if is_of(row["filename"], version)}

    return hashes_of


def main(names: list[str]) -> None:
    """Rewrite each file in place."""
    from piptools.repositories import PyPIRepository

    pip = PyPIRepository([], cache_dir=".")  # reads pip's configuration: index, certificates, folders
    index = pip.finder.index_urls[0].rstrip("/")

    def page(name: str) -> dict:
        answer = pip.session.get(f"{index}/{name}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
        answer.raise_for_status()
        if "json" not in answer.headers.get("Content-Type", ""):
            raise SystemExit(
                "the index that pip is configured with gives no JSON (PEP 691); make the lock with one that does"
            )
        return answer.json()

    sources = [of_index(page), of_folders(Path(link.removeprefix("file://")) for link in pip.options.find_links)]
    for path in map(Path, names):
        text = with_hashes(
            path.read_text("utf-8"), lambda *release: set().union(*(source(*release) for source in sources))
        )
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

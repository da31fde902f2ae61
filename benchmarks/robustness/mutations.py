"""Do the tests notice when a statistic is wrong? Each mistake is made in a copy of the code, and a test must fail.

The tests that are asked are run without the mistake first, and must pass.

python benchmarks/robustness/mutations.py                 every mistake; exits 1 when one is not noticed
python benchmarks/robustness/mutations.py wilson brier    those whose name holds one of the words
python benchmarks/robustness/mutations.py --from 100      those from the hundred and first on
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from audit_mistakes import MUTATIONS, Mutation

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Make each mistake in turn and print what the tests said."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--from", type=int, default=0, dest="first")
    options = parser.parse_args()
    words = [word.casefold() for word in options.words] or [""]
    chosen = [one for one in MUTATIONS[options.first :] if any(word in one.name.casefold() for word in words)]
    n_missed = 0
    print("| mistake | file | noticed |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        skipped = shutil.ignore_patterns(".git", ".venv", "runs", "__pycache__", ".*_cache", "build", "dist")
        shutil.copytree(ROOT, copy, ignore=skipped, symlinks=True)
        do_not_shrink(copy)
        sound: set[tuple[str, ...]] = set()
        for mutation in chosen:
            if mutation.tests not in sound and fails(mutation, copy):
                raise RuntimeError(f"{mutation.name}: {' '.join(mutation.tests)} fail without the mistake too")
            sound.add(mutation.tests)
            noticed = is_noticed(mutation, copy)
            n_missed += not noticed
            print(f"| {mutation.name} | {mutation.file} | {'yes' if noticed else 'NO'} |", flush=True)
    print(f"\n{len(chosen) - n_missed} of {len(chosen)} mistakes noticed")
    return int(n_missed > 0)


def do_not_shrink(copy: Path) -> None:
    """Let hypothesis stop at the first failing example: that there is one is enough here."""
    path = copy / "tests" / "conftest.py"
    text = path.read_text(encoding="utf-8")
    profile = 'settings.register_profile("gate", derandomize=True, deadline=None'
    if text.count(profile) != 1:
        raise RuntimeError(
            "tests/conftest.py has no hypothesis profile called gate; adapt do_not_shrink to the new one"
        )
    phases = "phases=[phase for phase in Phase if phase.name != 'shrink']"
    text = text.replace(profile, f"{profile}, {phases}").replace("import settings\n", "import Phase, settings\n", 1)
    path.write_text(text, encoding="utf-8")


def is_noticed(mutation: Mutation, copy: Path) -> bool:
    """Whether a test fails with the mistake in the copy; the copy is as before afterwards.

    Raises:
        RuntimeError: The text to be changed does not occur once, or the tests do not run at all.
    """
    path = copy / mutation.file
    right = path.read_text(encoding="utf-8")
    if right.count(mutation.old) != 1:
        raise RuntimeError(f"{mutation.name}: the text occurs {right.count(mutation.old)} times in {mutation.file}")
    path.write_text(right.replace(mutation.old, mutation.new), encoding="utf-8")
    try:
        return fails(mutation, copy)
    finally:
        path.write_text(right, encoding="utf-8")


def fails(mutation: Mutation, copy: Path) -> bool:
    """Whether one of the mutation's tests fails in the copy as it is.

    Raises:
        RuntimeError: The tests do not run at all.
    """
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *mutation.tests]
    own = os.environ | {"PYTHONPATH": str(copy)}
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, env=own)
    if done.returncode not in (0, 1) or not done.stdout:  # without pytest Python ends with 1 too
        said = f"{done.stdout[-500:]}{done.stderr[-500:]}"
        raise RuntimeError(f"{mutation.name}: pytest ended with {done.returncode}: {said}")
    return done.returncode == 1


if __name__ == "__main__":
    sys.exit(main())

"""Do the tests notice when a statistic is wrong? Each mistake is made in a copy of the code, and a test must fail.

python benchmarks/robustness/mutations.py          every mistake, some minutes; exits 1 when one is not noticed
python benchmarks/robustness/mutations.py wilson   those whose name holds the word
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from audit_mistakes import MUTATIONS, Mutation

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Make each mistake in turn and print what the tests said."""
    wanted = " ".join(sys.argv[1:]).casefold()
    chosen = [mutation for mutation in MUTATIONS if wanted in mutation.name.casefold()]
    n_missed = 0
    print("| mistake | file | noticed |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        skipped = shutil.ignore_patterns(".git", ".venv", "runs", "__pycache__", ".*_cache", "build", "dist")
        shutil.copytree(ROOT, copy, ignore=skipped, symlinks=True)
        do_not_shrink(copy)
        for mutation in chosen:
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
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *mutation.tests]
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    finally:
        path.write_text(right, encoding="utf-8")
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{mutation.name}: pytest ended with {done.returncode}: {done.stdout[-500:]}")
    return done.returncode == 1


if __name__ == "__main__":
    sys.exit(main())

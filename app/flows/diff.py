"""What changed from one run to the next."""

from pathlib import Path

from boletim.app.stages.comparison import Audited, compare_audited, usual_margin
from boletim.app.stages.render import read_card
from boletim.contracts.errors import InputError
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.measure import Measure
from boletim.contracts.results.changes import RunDiff

_N_LISTED = 40


def diff_runs(old: Path, new: Path, margin: float | None = None) -> RunDiff:
    """Compare two run folders; on the same test examples the comparison is paired.

    Args:
        old: Run folder to compare with.
        new: Run folder that is judged.
        margin: How much worse counts as no worse; None takes the new run's `audit.margin`.

    Raises:
        RunFolderError: A folder holds no card.
        InputError: The margin is no share.
    """
    folders = [RunFolder.existing(path, "card.json") for path in (old, new)]
    before, after = (
        Audited.of(read_card(folder), folder.predictions if folder.predictions.exists() else None) for folder in folders
    )
    allowed = margin if margin is not None else usual_margin(after.card)
    if not 0 <= allowed < 1:
        raise InputError(f"--margin is a share from 0 to below 1, got {allowed:g}")
    return compare_audited(before, after, allowed)


def describe_diff(diff: RunDiff) -> str:
    """Lines for a terminal, what got worse first."""
    texts = "the same test examples, paired" if diff.is_same_texts else "different test examples"
    lines = [f"{diff.old} -> {diff.new}: {texts}; no worse means by no more than {diff.margin:g}"]
    listed = [change for change in diff.changes if change.status != "not judged"]
    lines += [
        f"{change.status:>14}  {change.id}: {change.old:.3f} -> {change.new:.3f}, "
        f"difference {change.difference:+.3f} [{change.low:+.3f}, {change.high:+.3f}] n={change.n_new} q={change.q:.3f}"
        for change in listed[:_N_LISTED]
    ]
    lines += [_paired_line(measure) for measure in diff.paired if measure.value is not None]
    hidden, n_doubtful = len(listed) - _N_LISTED, len(diff.changes) - len(listed)
    if hidden > 0:
        lines.append(f"{hidden} more with --json")
    if n_doubtful:
        lines.append(f"{n_doubtful} not judged: too few examples or no interval")
    lines += [
        f"{name}: {', '.join(ids[:5])}{' …' if len(ids) > 5 else ''} ({len(ids)})"
        for name, ids in (("only in the old run", diff.only_old), ("only in the new run", diff.only_new))
        if ids
    ]
    lines += [f"gate {gate.gate}: {gate.old or 'none'} -> {gate.new or 'none'}" for gate in diff.gates]
    return "\n".join([*lines, f"verdict: {diff.old_verdict} -> {diff.new_verdict}", f"outcome: {diff.outcome}"])


def _paired_line(measure: Measure) -> str:
    line = f"        paired  {measure.id}: {measure.value:+.3f} [{measure.low:+.3f}, {measure.high:+.3f}]"
    tested = (
        f", McNemar p={measure.p:.4f}, q={measure.q:.4f}" if measure.p is not None and measure.q is not None else ""
    )
    return f"{line} n={measure.n}{tested}"

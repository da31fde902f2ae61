"""What changed from one run to the next."""

from pathlib import Path

from boletim.app.stages.comparison import Audited, compare_audited, usual_margin
from boletim.app.stages.render import read_card
from boletim.contracts.errors import InputError
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.measure import Measure
from boletim.contracts.results.changes import RunDiff
from boletim.contracts.sentence import Joined, Sentence, word

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
        raise InputError("margin", n_allowed=allowed)
    return compare_audited(before, after, allowed)


def describe_diff(diff: RunDiff) -> str:
    """Lines for a terminal, what got worse first."""
    texts = Sentence(f"terminal.diff.{'same' if diff.is_same_texts else 'other'}_texts")
    lines: list[str] = [Sentence("terminal.diff.head", old=diff.old, new=diff.new, texts=texts, n_margin=diff.margin)]
    listed = [change for change in diff.changes if change.status != "not judged"]
    lines += [
        Sentence(
            "terminal.diff.change",
            status=word(change.status),
            id=change.id,
            n_old=change.old,
            n_new=change.new,
            n_difference=change.difference,
            n_low=change.low,
            n_high=change.high,
            n=change.n_new,
            n_q=change.q,
        )
        for change in listed[:_N_LISTED]
    ]
    lines += [_paired_line(measure) for measure in diff.paired if measure.value is not None]
    hidden, n_doubtful = len(listed) - _N_LISTED, len(diff.changes) - len(listed)
    if hidden > 0:
        lines.append(Sentence("terminal.diff.more", n=hidden))
    if n_doubtful:
        lines.append(Sentence("terminal.diff.not_judged", n=n_doubtful))
    lines += [
        Sentence(f"terminal.diff.only_{which}", names=", ".join(ids[:5]) + (" …" if len(ids) > 5 else ""), n=len(ids))
        for which, ids in (("old", diff.only_old), ("new", diff.only_new))
        if ids
    ]
    lines += [
        Sentence(
            "terminal.diff.gate", gate=gate.gate, said_old=word(gate.old or "none"), said_new=word(gate.new or "none")
        )
        for gate in diff.gates
    ]
    return Joined(
        [
            *lines,
            Sentence("terminal.diff.verdicts", said_old=word(diff.old_verdict), said_new=word(diff.new_verdict)),
            Sentence("terminal.verify.outcome", said=word(diff.outcome)),
        ]
    )


def _paired_line(measure: Measure) -> str:
    line = Sentence(
        "terminal.diff.paired",
        id=measure.id, n_change=measure.value, n_low=measure.low, n_high=measure.high, n=measure.n,
    )  # fmt: skip
    if measure.p is None or measure.q is None:
        return line
    return Sentence("terminal.diff.tested", said=line, n_p=measure.p, n_q=measure.q)

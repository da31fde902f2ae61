"""What changed from one run to the next."""

from pathlib import Path

from boletim.contracts.card import Card
from boletim.contracts.changes import RunDiff
from boletim.contracts.errors import InputError
from boletim.contracts.label_sets import LabelSets, load_evidence
from boletim.contracts.measure import Measure
from boletim.contracts.predictions import Predictions
from boletim.contracts.run_folder import RunFolder
from boletim.stages.render import read_card

_N_LISTED = 40
_SEED = 0
_SHARES = ("accuracy", "f1_micro", "recall")
_RESAMPLED = ("balanced_accuracy", "f1_macro", "f1_weighted", "mcc", "precision", "f1")


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
    from audit.comparison import compare
    from audit.paired import are_same_examples, hits, paired_correlation, resampled_correlation
    from reports.diff import compare_cards

    folders = [RunFolder.existing(path, "card.json") for path in (old, new)]
    before, after = (read_card(folder) for folder in folders)
    allowed = margin if margin is not None else float(after.audit.data.get("settings", {}).get("margin", 0.05))
    if not 0 <= allowed < 1:
        raise InputError(f"--margin is a share from 0 to below 1, got {allowed:g}")
    first, second = (_predictions(folder, card) for folder, card in zip(folders, (before, after), strict=True))
    is_same = first is not None and second is not None and are_same_examples(first, second)
    is_same = is_same and _corpus(before) == _corpus(after)

    def correlation(measure: Measure) -> float | None:
        if not is_same or first is None or second is None or "attribute" in measure.scope:
            return None
        if any(one.clusters is not None or _is_weighted(one) for one in (first, second)):
            return None  # a correlation over rows would be too sure of itself beside intervals over clusters or weights
        is_share = measure.metric in _SHARES and not (measure.metric == "f1_micro" and isinstance(first, LabelSets))
        if is_share:
            return paired_correlation(hits(first, measure.scope), hits(second, measure.scope))
        if isinstance(first, LabelSets) or isinstance(second, LabelSets):
            return None
        if measure.metric in _RESAMPLED and first.labels == second.labels:
            return resampled_correlation(first, second, measure.metric, measure.scope, _SEED)
        return None

    diff = compare_cards(before, after, is_same_texts=is_same, margin=allowed, correlation=correlation)
    if is_same and isinstance(first, Predictions) and isinstance(second, Predictions) and not _is_weighted(first):
        diff = diff.model_copy(update={"paired": compare(first, second, level=diff.level)})
    return diff


def describe_diff(diff: RunDiff) -> str:
    """Lines for a terminal, what got worse first."""
    texts = "the same test examples, paired" if diff.is_same_texts else "different test examples"
    lines = [f"{diff.old} -> {diff.new}: {texts}; no worse means by no more than {diff.margin:g}"]
    listed = [change for change in diff.changes if change.status != "not judged"]
    lines += [
        f"{change.status:>14}  {change.id}: {change.old:.3f} -> {change.new:.3f}, "
        f"difference {change.difference:+.3f} [{change.low:+.3f}, {change.high:+.3f}] n={change.n_new}"
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


def _predictions(folder: RunFolder, card: Card) -> Predictions | LabelSets | None:
    """None where there are none, or where the audit was made from sums over more rows than are held at once."""
    data = card.audit.data
    if not folder.predictions.exists() or data.get("bins"):
        return None
    return load_evidence(folder.predictions, data)


def _is_weighted(found: Predictions | LabelSets) -> bool:
    return isinstance(found, Predictions) and found.weights is not None


def _corpus(card: Card) -> str:
    """Fingerprint of the cleaned splits; empty where this project did not make them."""
    return card.cleaning.fingerprint if card.cleaning else ""

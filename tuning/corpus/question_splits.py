"""Questions about texts: each once, and splits that no text crosses."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from boletim.contracts.answers.question_answers import read_answers, split_question
from boletim.contracts.corpus import CLUSTER, LABEL, TEXT
from boletim.contracts.errors import DataError
from boletim.contracts.protocols import Progress, no_progress
from boletim.tuning.corpus.near_duplicates import find_copies, same_words
from boletim.tuning.corpus.rows import PRECEDENCE, Rows
from boletim.tuning.corpus.split import Shares
from boletim.tuning.corpus.split_by import split_by_owner


def without_lost(rows: Rows) -> tuple[Rows, dict[str, int], int]:
    """Questions without those none of whose answers stands in the text: nothing can be learnt of them.

    Returns:
        The rows, how many went by reason, and how many true answers were found elsewhere than the data say.
    """
    found = [read_answers(label) for label in rows.frame[LABEL]]
    is_kept = np.array([not own or any(one.start is not None for one in own) for own in found], dtype=bool)
    n_moved = sum(one.fault == "moved" for own in found for one in own)
    return rows.take(np.flatnonzero(is_kept)), {"answer_not_in_text": int((~is_kept).sum())}, n_moved


def drop_repeated(rows: Rows, progress: Progress = no_progress) -> tuple[Rows, dict[str, int]]:
    """Keep each question about a text once, and each text in one split: in the test rather than in validation or train.

    Texts that are nearly the same count as one.
    """
    order = np.argsort([PRECEDENCE[split] for split in rows.splits], kind="stable")
    ranked = rows.take(order)
    pairs = [split_question(text) for text in ranked.frame[TEXT]]
    owners = context_owners(list(ranked.frame[TEXT]), progress)
    first = ranked.splits[owners]
    crosses = first != ranked.splits
    keys = pd.Series([(same_words(question), owner) for (question, _), owner in zip(pairs, owners, strict=True)])
    is_copy = keys.duplicated().to_numpy() & ~crosses
    is_exact = ranked.frame[TEXT].duplicated().to_numpy()
    counts = {
        "exact_duplicate": int((is_copy & is_exact).sum()),
        "near_duplicate": int((is_copy & ~is_exact).sum()),
        "duplicate_across_splits": int(crosses.sum()),
    }
    return rows.take(np.sort(order[~(is_copy | crosses)])), counts


def context_owners(texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
    """(n,) int64: for each question the first one about the same text, or nearly the same."""
    contexts = [split_question(text)[1] for text in texts]
    codes, distinct = pd.factorize(np.array(contexts, dtype=object))
    _, kept = find_copies(list(distinct), progress)
    _, first = np.unique(codes, return_index=True)
    owners: np.ndarray = first[kept[codes]]
    return owners


def split_by_context(
    source: str, rows: Rows, shares: Shares, *, by: str | None, stratify: bool, seed: int
) -> np.ndarray:
    """Which split each question goes to, (n,) object; all about one text go together.

    Args:
        source: Named in errors.
        rows: The questions.
        shares: Of each split.
        by: Column whose values never cross splits either; None where there is none.
        stratify: Whether to keep the share of unanswerable questions about equal.
        seed: Same seed, same split.

    Raises:
        DataError: There are fewer texts than splits.
    """
    owners = pd.Series(context_owners(list(rows.frame[TEXT])), name=by or "context")
    if by is not None:  # a text that two values share takes both of them along
        owners = _joined(owners, rows.frame[CLUSTER].reset_index(drop=True))
    n_owners = owners.nunique()
    if n_owners < len(shares):
        raise DataError("few_contexts", n_splits=len(shares), n=n_owners, at=source)
    answered = pd.Series(["answers" if read_answers(label) else "none" for label in rows.frame[LABEL]], dtype=object)
    is_spread = owners.groupby(answered).nunique().min() >= len(shares)
    if not is_spread:
        answered[:] = "answers"
    return split_by_owner(source, answered, owners, shares, stratify=stratify, seed=seed)


def _joined(first: pd.Series, second: pd.Series) -> pd.Series:
    """(n,) the smallest owners that let neither the values of the one nor of the other cross."""
    owners = first.to_numpy().copy()
    while True:
        lower = pd.Series(owners).groupby(second).transform("min").groupby(first).transform("min").to_numpy()
        if (lower == owners).all():
            return pd.Series(owners, name=first.name)
        owners = lower

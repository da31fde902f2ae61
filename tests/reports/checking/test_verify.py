"""What verify counts again comes from the answers to the test texts alone."""

import numpy as np

from boletim.audit.run import audit
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.reports.checking.verify import _FROM_MODEL, _recomputable


def answers(seed: int, n: int = 400) -> Predictions:
    rng = np.random.default_rng(seed)
    gold, scores = rng.integers(0, 2, n), rng.random(n)
    groups = {"g": np.array(["a", "b"], dtype=object)[rng.integers(0, 2, n)]}
    table = np.column_stack([1 - scores, scores])
    return Predictions(np.arange(n).astype(object), gold, table.argmax(axis=1), ("no", "yes"), table, groups=groups)


def test_figures_of_thresholds_chosen_on_validation_texts_are_named_and_not_called_different() -> None:
    config = AuditConfig(bootstrap=100, costs={"no>yes": 2.0, "yes>no": 1.0})
    card = audit(answers(1), config, seed=1, validation=answers(2))
    fresh = audit(answers(1), config, seed=1)
    assert len(card.measures) > len(fresh.measures)
    assert _recomputable(card, frozenset(_FROM_MODEL)) == _recomputable(fresh, frozenset(_FROM_MODEL))

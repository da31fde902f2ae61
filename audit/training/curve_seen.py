"""What the rules look at in a learning curve: medians of neighbouring evaluations, swings, rises and falls."""

import math
from dataclasses import dataclass

import numpy as np

from boletim.audit.training.curve_shape import fall, to_come
from boletim.contracts.curve_rules import SMALL, SWING, reach
from boletim.contracts.results.search import CurvePoint, LearningCurve


@dataclass(frozen=True)
class Seen:
    """A curve with losses at every evaluation that is looked at."""

    curve: LearningCurve
    points: tuple[CurvePoint, ...]
    loss: np.ndarray
    train: np.ndarray
    """NaN where there is none."""
    kept: int
    """Place of the kept point."""

    def near(self, values: np.ndarray, place: int) -> float:
        """Median of a value and its neighbours."""
        beside = reach(len(values))
        return float(np.nanmedian(values[max(place - beside, 0) : place + beside + 1]))

    @property
    def swing(self) -> tuple[float, int]:
        """The mean reversal of validation loss as a share of its level, and how many reach the limit."""
        moves = np.diff(self.loss)
        is_reversal = moves[:-1] * moves[1:] < 0
        smaller = np.minimum(np.abs(moves[:-1]), np.abs(moves[1:])) * is_reversal
        level = max(float(np.median(self.loss)), SMALL)
        return float(smaller.mean() / level), int((smaller >= SWING * level).sum())

    @property
    def growth(self) -> float | None:
        """Training loss at the end as a multiple of that at the start; None with fewer than two."""
        train = self.train[~np.isnan(self.train)]
        return float(train[-1] / max(train[0], SMALL)) if len(train) > 1 else None

    @property
    def turn(self) -> tuple[int, float, float] | None:
        """The place of the lowest validation loss before the kept point, that loss, and the rise since as a share."""
        if self.kept == 0:
            return None
        before = [self.near(self.loss, place) for place in range(self.kept)]
        place = int(np.argmin(before))
        return place, before[place], (self.near(self.loss, self.kept) - before[place]) / max(before[place], SMALL)

    def metric(self, side: str) -> float | None:
        """The objective's metric near the kept point; None where it is not known."""
        found = [getattr(point, f"{side}_metrics").get(self.curve.metric, np.nan) for point in self.points]
        values = np.array(found, dtype=float)
        if not self.curve.higher_is_better or np.isnan(values).all() or np.isnan(values[self.kept]):
            return None
        return self.near(values, self.kept)

    @property
    def metric_gap(self) -> float | None:
        """By how much that metric is higher on the training sample."""
        train, validation = self.metric("train"), self.metric("validation")
        return None if train is None or validation is None else train - validation

    @property
    def kept_metrics(self) -> dict[str, float | None]:
        """That metric at the kept evaluation alone, on both sides."""
        point = self.points[self.kept]
        return {side: getattr(point, f"{side}_metrics").get(self.curve.metric) for side in ("train", "validation")}

    @property
    def kept_losses(self) -> dict[str, float]:
        """Both losses of the kept evaluation alone."""
        return {"train": float(self.train[self.kept]), "validation": float(self.loss[self.kept])}

    @property
    def has_better_before(self) -> bool:
        """Whether an evaluation before the kept one has a lower validation loss or a better objective."""
        sign = 1 if self.curve.higher_is_better else -1
        scores = [sign * point.validation_metrics.get(self.curve.metric, math.nan) for point in self.points]
        before = range(self.kept)
        return any(self.loss[place] < self.loss[self.kept] or scores[place] > scores[self.kept] for place in before)


def observed(seen: Seen) -> dict[str, float | int | None]:
    """What each rule looks at, whether or not an earlier one was met."""
    rest, of_train = to_come(seen.loss, seen.train)
    is_known = not np.isnan(seen.train[seen.kept])
    train, validation = seen.near(seen.train, seen.kept) if is_known else math.nan, seen.near(seen.loss, seen.kept)
    first = float(seen.train[0])
    figures = {
        "growth": seen.growth,
        "swing": seen.swing[0],
        "rise": seen.turn[2] if seen.turn is not None else None,
        "fall": fall(seen.loss, SMALL),
        "train_fall": fall(seen.train, SMALL),
        "to_come": rest,
        "train_to_come": of_train,
        "train_metric": seen.metric("train"),
        "learnt": 1 - train / first if first else None,
        "train_loss": train,
        "metric_gap": seen.metric_gap,
        "apart": validation - train,
        "ratio": validation / train if train else None,
    }
    finite = {name: value if value is not None and math.isfinite(value) else None for name, value in figures.items()}
    return {"n_points": len(seen.points), **finite}

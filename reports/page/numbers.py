"""Numbers, intervals and dates as the reader writes them."""

from datetime import datetime

from boletim.contracts.language import NumberStyle
from boletim.contracts.measure import Measure

NARROW = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
ABSENT = "\N{EN DASH}"
_MAX_DECIMALS = 4


class Numbers:
    """Writes numbers in one language's convention."""

    def __init__(self, style: NumberStyle, margin: float | None = None) -> None:
        self._style, self._margin = style, margin

    @property
    def decimal(self) -> str:
        """The decimal mark."""
        return self._style.decimal

    def number(self, value: float | None, decimals: int = 2) -> str:
        """A number with a fixed count of decimals; a dash for None."""
        if value is None:
            return ABSENT
        text = f"{abs(value):,.{decimals}f}"
        text = text.replace(",", "\0").replace(".", self._style.decimal).replace("\0", self._style.thousands)
        is_negative = value < 0 and any(char in "123456789" for char in text)
        return f"{MINUS if is_negative else ''}{text}"

    def count(self, value: int | None) -> str:
        """A whole number with its thousands separated."""
        return ABSENT if value is None else self.number(float(value), 0)

    def share(self, part: int, whole: int) -> str:
        """A part of a whole as a percentage; a dash of nothing."""
        return ABSENT if whole == 0 else self.percentage(part / whole, 1)

    def percentage(self, share: float, decimals: int = 0) -> str:
        """A share in [0, 1] as a percentage."""
        return self._style.percent.format(self.number(100 * share, decimals))

    def interval(self, low: float | None, high: float | None, decimals: int = 2) -> str:
        """`[0.49, 0.66]`, with the semicolon where the comma is the decimal mark; empty without limits."""
        if low is None or high is None:
            return ""
        separator = ";" if self._style.decimal == "," else ","
        return f"[{self.number(low, decimals)}{separator}{NARROW}{self.number(high, decimals)}]"

    def estimate(self, value: float | None, low: float | None, high: float | None, decimals: int = 2) -> str:
        """A value and its interval: `0.58 [0.49, 0.66]`; a line may break between them and nowhere else."""
        interval = self.interval(low, high, decimals)
        return f"{self.number(value, decimals)} {interval}" if interval else self.number(value, decimals)

    def figure(self, measure: Measure, decimals: int | None = None) -> str:
        """A measure's value and interval; counts without decimals, undefined values as a dash."""
        if measure.value is None:
            return ABSENT
        if measure.unit == "count":
            return self.number(measure.value, 0)
        places = default_decimals(measure) if decimals is None else decimals
        if decimals is None and _is_judged_by_margin(measure):
            places = max(places, self.decimals_beside_margin(measure.low, measure.high))
        return self.estimate(measure.value, measure.low, measure.high, places)

    def decimals_beside_margin(self, *limits: float | None) -> int:
        """The fewest decimals at which no limit of a difference looks equal to the margin unless it is."""
        if self._margin is None:
            return 2
        return decimals_beside(self._margin, *(None if limit is None else abs(limit) for limit in limits))

    def with_n(self, measure: Measure, decimals: int | None = None) -> str:
        """The same with the number of examples it rests on: `0.58 [0.49, 0.66], n = 120`."""
        return f"{self.figure(measure, decimals)}, n{NARROW}={NARROW}{self.count(measure.n)}"

    def probability(self, value: float | None) -> str:
        """A p-value; below one in a thousand it says so."""
        if value is None:
            return ABSENT
        return f"<{NARROW}{self.number(0.001, 3)}" if value < 0.001 else self.number(value, 3)

    def moment(self, stamp: str) -> str:
        """An ISO 8601 moment in UTC as the reader's date and the hour."""
        moment = datetime.fromisoformat(stamp)
        return f"{moment.strftime(self._style.date)}, {moment:%H:%M}{NARROW}UTC"

    def date(self, stamp: str) -> str:
        """The date alone."""
        return datetime.fromisoformat(stamp).strftime(self._style.date)

    def duration(self, seconds: float) -> str:
        """`2 h 05 min`, `3 min 20 s` or `12.3 s`."""
        if seconds < 60:
            return f"{self.number(seconds, 1)}{NARROW}s"
        minutes, rest = divmod(round(seconds), 60)
        if minutes < 60:
            return f"{minutes}{NARROW}min{NARROW}{rest:02d}{NARROW}s"
        hours, minutes = divmod(minutes, 60)
        return f"{self.count(hours)}{NARROW}h{NARROW}{minutes:02d}{NARROW}min"


def _is_judged_by_margin(measure: Measure) -> bool:
    """Whether it is a difference of which the card says that it is beyond the margin or within."""
    return measure.unit == "difference" and (measure.q is not None or measure.metric == "slice_error_excess")


def default_decimals(measure: Measure) -> int:
    """Two decimals; three where the interval is narrower than that would show, more where it would vanish."""
    if measure.unit == "count":
        return 0
    if measure.low is None or measure.high is None:
        return 3 if measure.unit in ("nats", "score") else 2
    if measure.high - measure.low >= 0.02:
        return 2
    return next((n for n in range(3, _MAX_DECIMALS + 1) if f"{measure.low:.{n}f}" != f"{measure.high:.{n}f}"), 3)


def decimals_beside(bar: float, *limits: float | None) -> int:
    """The fewest decimals at which no limit looks equal to the bar unless it is."""
    for decimals in range(2, _MAX_DECIMALS):
        shown = f"{bar:.{decimals}f}"
        if float(shown) == bar and all(
            limit is None or limit == bar or f"{limit:.{decimals}f}" != shown for limit in limits
        ):
            return decimals
    return _MAX_DECIMALS

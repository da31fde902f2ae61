"""What a comparison of groups does not judge, so that nobody takes it for one of all groups."""

from boletim.contracts.record import Record


class LeftOut(Record):
    """Groups, classes and rows without a group value that a gap leaves out, and how far the gap may reach with them."""

    groups: dict[str, int] = {}
    """Examples of each group that is left out everywhere; at most five are named, the largest first."""
    n_groups: int = 0
    """How many such groups there are, named or not."""
    classes: tuple[str, ...] = ()
    """Classes in which some other group is left out; at most five are named."""
    n_classes: int = 0
    """How many such classes there are."""
    n_without_group: int = 0
    """Rows without a value in the group column."""
    limit: float | None = None
    """The worst value that the data allow when what is left out counts too: the largest difference or the smallest
    ratio; None where any value is possible."""

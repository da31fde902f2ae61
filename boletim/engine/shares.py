"""What each process of a job gets of the machines, so that all jobs that are wanted at once have room."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """What one process of a job gets of its node."""

    cpus: float
    gpus: float


def share_of_a_process(nodes: Sequence[dict[str, float]], n_teams: int, n_processes: int) -> Share:
    """What each process gets, so that all teams work at the same time, each on one node.

    Args:
        nodes: Each with its resources.
        n_teams: Jobs at once.
        n_processes: Of each.
    """
    gpus = [node.get("GPU", 0) for node in nodes]
    if any(gpus):
        size = min(1, _largest_size(gpus, n_teams, n_processes))
        per_gpu = min(node.get("CPU", 0) / node["GPU"] for node in nodes if node.get("GPU"))
        return Share(cpus=_whole_or_part(per_gpu * size), gpus=size)
    return Share(cpus=_largest_size([node.get("CPU", 0) for node in nodes], n_teams, n_processes), gpus=0)


def _largest_size(amounts: Sequence[float], n_teams: int, n_processes: int) -> float:
    sizes = {_whole_or_part(n / k) for n in amounts for k in range(1, n_teams * n_processes + 1)} - {0}
    fits = (size for size in sorted(sizes, reverse=True) if sum(n // size // n_processes for n in amounts) >= n_teams)
    return next(fits, 1)


def _whole_or_part(cpus: float) -> float:
    """As Ray takes it: a whole number, or less than one in ten-thousandths."""
    return int(cpus) if cpus >= 1 else int(cpus * 10_000) / 10_000

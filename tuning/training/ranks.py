"""Which of the processes that train one model together this is; one process alone asks nobody and waits for nobody."""

import torch.distributed


def n_processes() -> int:
    """Processes that train this model."""
    return torch.distributed.get_world_size() if _is_crew() else 1


def is_first() -> bool:
    """Whether this one writes files and speaks for all."""
    return not _is_crew() or torch.distributed.get_rank() == 0


def wait_for_all() -> None:
    """Go on when all have come here."""
    if _is_crew():
        torch.distributed.barrier()


def _is_crew() -> bool:
    return torch.distributed.is_available() and torch.distributed.is_initialized()

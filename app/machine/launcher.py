"""`torchrun` and `accelerate launch` start a command once per process; Boletim needs it once and starts its own."""

import os
import sys

from boletim.contracts.errors import InputError

_OF_LAUNCHERS = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "GROUP_RANK", "MASTER_ADDR", "MASTER_PORT")


def processes_of_launcher() -> list[str]:
    """What a launcher asks for, as an override of the configuration; empty without one.

    Every process of the launcher but the first ends here, with exit code 0.

    Raises:
        InputError: The launcher spans several machines.
    """
    n, n_here = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    if n == 1 and n_here == 1:
        return []
    if n != n_here:
        raise InputError("one_machine", n=n)
    if os.environ.get("RANK", "0") != "0":
        sys.exit(0)
    for name in _OF_LAUNCHERS:
        os.environ.pop(name, None)
    return [f"tuning.processes={n}"]

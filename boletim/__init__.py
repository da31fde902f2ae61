"""Boletim: automated evaluation and bias audit of Transformer classifiers, ending in a report card.

From Python: `evaluate` audits predictions or a model, `run` does the whole flow of a configuration, `load` opens a run
folder, `diff` compares two, and `TrainerCallback` audits at the end of anybody's `Trainer.train()`. What the user gave
and breaks a rule is a `BoletimError`; a gate that does not pass is a `GateError`, which `Report.check` raises. Each
loads what it needs when it is first used, so that `import boletim` is quick and needs no torch.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boletim.app.api.callback import TrainerCallback as TrainerCallback
    from boletim.app.api.evaluate import diff as diff
    from boletim.app.api.evaluate import evaluate as evaluate
    from boletim.app.api.evaluate import load as load
    from boletim.app.api.evaluate import run as run
    from boletim.app.api.report import Report as Report
    from boletim.contracts.errors import BoletimError as BoletimError
    from boletim.contracts.errors import GateError as GateError

__version__ = "0.1.0"

_PLACES = {
    "BoletimError": "boletim.contracts.errors",
    "GateError": "boletim.contracts.errors",
    "Report": "boletim.app.api.report",
    "TrainerCallback": "boletim.app.api.callback",
    "diff": "boletim.app.api.evaluate",
    "evaluate": "boletim.app.api.evaluate",
    "load": "boletim.app.api.evaluate",
    "run": "boletim.app.api.evaluate",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'boletim' has no attribute {name!r}; it offers {', '.join(sorted(_PLACES))}")
    return getattr(importlib.import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])

"""A progress bar in a notebook, by what every notebook has: one output that is written again in its place."""

import html
import sys
from typing import Any


def is_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


class NotebookBar:
    """One bar and the line beside it."""

    def __init__(self) -> None:
        self._shown: Any = None

    def show(self, line: str, done: int, total: int) -> None:
        """Draw it, in the place where it was drawn before."""
        from IPython.display import HTML, display

        drawn = HTML(f'<progress value="{done}" max="{max(total, 1)}"></progress> {html.escape(line.strip())}')
        if self._shown is None:
            self._shown = display(drawn, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._shown.update(drawn)
        if done >= total:
            self._shown = None

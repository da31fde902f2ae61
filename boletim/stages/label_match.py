"""The labels of the data and those of the model, matched by name or, where the data have numbers, by number."""

import pandas as pd

from boletim.contracts.corpus import LABEL
from boletim.contracts.errors import DataError
from boletim.contracts.label_sets import is_label_set, names_of, write_labels
from boletim.terminal import Terminal


def match_labels(frame: pd.DataFrame, held: set[str], labels: tuple[str, ...], terminal: Terminal) -> pd.DataFrame:
    """The frame with every label under the model's name for it.

    Args:
        frame: With the column label.
        held: The names that stand in it.
        labels: The model's names, in the order of its numbers.
        terminal: Told where numbers were matched.

    Raises:
        DataError: A label is neither a name nor, where all are numbers and none is a name, a number of the model.
    """
    unknown = held - set(labels)
    if not unknown:
        return frame
    numbered = {str(number): name for number, name in enumerate(labels)}
    if unknown != held or not held <= set(numbered):
        raise DataError(
            f"every label must be one of the model's {list(labels)} or their numbers from 0, got "
            f"{sorted(unknown)[:5]}; rename the labels in the data or choose the model that was trained on them"
        )
    said = ", ".join(f"{number} is {numbered[number]}" for number in sorted(held, key=int))
    terminal.say(f"labels are matched to the model's by number: {said}")
    return frame.assign(**{LABEL: [_renamed(label, numbered) for label in frame[LABEL]]})


def _renamed(label: str, names: dict[str, str]) -> str:
    return write_labels(names[name] for name in names_of(label)) if is_label_set(label) else names[label]

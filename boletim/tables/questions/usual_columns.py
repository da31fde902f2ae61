"""The columns by which files of questions go where nothing else is said."""

from collections.abc import Sequence

_USUAL = {"text": "context", "label": "answers", "predicted": "prediction"}


def usual_column(setting: str, given: str, names: Sequence[str]) -> str:
    """The column that was named; the usual one where the setting's own default is not there.

    >>> usual_column("label", "label", ["question", "answers"]), usual_column("label", "gold", ["answers"])
    ('answers', 'gold')

    Args:
        setting: `text`, `label` or `predicted`, which is its default too.
        given: What the setting says.
        names: Columns that there are.
    """
    is_left_out = given in ("", setting) and given not in names
    return _USUAL[setting] if is_left_out and _USUAL[setting] in names else given

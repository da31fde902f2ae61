"""What an extra of the distribution brings, and the one line about an extra that is missing."""

from importlib.util import find_spec

from boletim.contracts.errors import InputError
from boletim.contracts.sentence import Sentence, word

PACKAGES = {
    "train": (
        "torch", "transformers", "accelerate", "peft", "datasets", "evaluate", "huggingface_hub", "optuna",
        "sqlalchemy", "psycopg", "sklearn", "safetensors",
    ),
    "ray": ("ray",),
}  # fmt: skip
"""By the names they are imported under."""


class MissingExtraError(InputError):
    """Something was asked for that an extra brings, and the extra is not installed."""


def need_extra(extra: str, what: str) -> None:
    """Refuse at the door what an extra that is not installed would do.

    Args:
        extra: Its name.
        what: That needs it, as the beginning of a sentence.

    Raises:
        MissingExtraError: A package of it is not installed.
    """
    for package in PACKAGES[extra]:
        if find_spec(package) is None:
            raise MissingExtraError("extra", said=word(what), package=package, command=remedy(extra))


def missing_extra(module: str) -> str | None:
    """The same line about a module that could not be imported; None where no extra brings it."""
    package = module.partition(".")[0]
    extra = next((name for name, packages in PACKAGES.items() if package in packages), None)
    return extra and Sentence("errors.extra", said=word("this"), package=package, command=remedy(extra))


def remedy(extra: str) -> str:
    """What to type."""
    return f"pip install 'boletim[{extra}]'"

"""Every error that a user can meet.

BoletimError
├── InputError        what the user gave is wrong: exit code 2
│   ├── ConfigError   the configuration file
│   ├── RuleError     a value that a record refuses; also a ValueError, so that pydantic says where it stood
│   ├── DataError     a data set or predictions file
│   └── ModelError    a model folder or hub id
│       └── HubOutOfReachError   a hub id that may be right: the hub could not be asked
├── GateError         the gates do not pass, and a script said that they must
└── RunFolderError    the run folder is held, foreign or damaged: exit code 2

StopRequest            no error: the process was asked to stop and kept what it had; exit code 0
"""

from boletim.contracts.sentence import Sentence


class _Said(BaseException):
    """Carries a key and typed values; the words stand in `errors.<key>` of the packs, and `str()` is English."""

    def __init__(self, key: str, /, **values: object) -> None:
        """Name what is wrong.

        Args:
            key: Of the words under `errors`; a text that is no key is said as it stands.
            values: What fills the slots of the words. `at` goes before them with a colon: the file, or `row_of` or
                `line_of` it.
        """
        super().__init__(key)
        self.key, self.values = key, values

    @property
    def sentence(self) -> Sentence:
        """What is wrong, to be said in any language."""
        values = dict(self.values)
        at = values.pop("at", None)
        said = self.key if isinstance(self.key, Sentence) else Sentence(f"errors.{self.key}", **values)
        return said if at is None else Sentence("errors.at", at=at, said=said)

    def __str__(self) -> str:
        return self.sentence


class BoletimError(_Said, Exception):
    """One line for the user: the rule, the value, the remedy."""


class InputError(BoletimError):
    """Something given by the user breaks a rule."""


class ConfigError(InputError):
    """The configuration breaks a rule; the message names file and line."""


class RuleError(InputError, ValueError):
    """A value breaks a rule of its record; whoever reads the record says where it stood."""


class DataError(InputError):
    """A data set or predictions file breaks a rule; the message names file and place."""


class ModelError(InputError):
    """A model cannot be loaded or is refused for safety."""


class HubOutOfReachError(ModelError):
    """A hub id is not in the cache, and the hub cannot be asked now."""


class GateError(BoletimError):
    """The gates do not pass, and somebody said that they must."""


class RunFolderError(BoletimError):
    """The run folder is held by another process, made from other inputs, or damaged."""


class StopRequest(_Said):
    """The process was asked to stop; like an interrupt from the keyboard it passes through every `except Exception`."""


def first_line(error: BaseException) -> str:
    """What another library's error says first, or its kind where it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def row_of(file: object, row: int) -> Sentence:
    """A row of a file, the first after the header being 1, as the place `at` which something is wrong."""
    return Sentence("errors.row_of", file=file, row=row)


def line_of(file: object, line: int | str) -> Sentence:
    """A line of a file, likewise."""
    return Sentence("errors.line_of", file=file, line=line)

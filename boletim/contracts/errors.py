"""Every error that a user can meet.

BoletimError
├── InputError        what the user gave is wrong: exit code 2
│   ├── ConfigError   the configuration file
│   ├── DataError     a data set or predictions file
│   └── ModelError    a model folder or hub id
│       └── HubOutOfReachError   a hub id that may be right: the hub could not be asked
├── GateError         the gates do not pass, and a script said that they must
└── RunFolderError    the run folder is held, foreign or damaged: exit code 2

StopRequest            no error: the process was asked to stop and kept what it had; exit code 0
"""


class BoletimError(Exception):
    """One line for the user: the rule, the value, the remedy."""


class InputError(BoletimError):
    """Something given by the user breaks a rule."""


class ConfigError(InputError):
    """The configuration breaks a rule; the message names file and line."""


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


class StopRequest(BaseException):
    """The process was asked to stop; like an interrupt from the keyboard it passes through every `except Exception`."""


def first_line(error: BaseException) -> str:
    """What another library's error says first, or its kind where it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__

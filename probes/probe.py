"""What a probe is: one file of a folder of plug-ins, such as `classifiers`, holds a `PROBE` for each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from boletim.contracts.registry import find_plugin
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.context import ProbeContext
from boletim.probes.model_views import ModelContext

Side = Literal["masked", "causal", "encoder"]


@dataclass(frozen=True)
class ClassifierProbe:
    """Asks a model that answers to texts."""

    name: str
    run: Callable[[ProbeContext], ProbeResult]
    asks: str = "one_label"
    """Kind of answer that its context's classifier gives: with `spans` a tuple of `Span` per text, with
    `question_answers` a `Said` per question."""
    needs_texts: bool = False
    """Whether it asks about real texts."""
    data: tuple[str, ...] = ()
    """Names of the data sets that it cannot do without."""
    may_read: tuple[str, ...] = ()
    """Names of the data sets that it reads where they are given."""


@dataclass(frozen=True)
class ModelProbe:
    """Asks a language model or an encoder."""

    name: str
    run: Callable[[ModelContext], ProbeResult]
    needs: tuple[Side, ...]
    """How it sees the model: the first of these that the model has."""
    data: tuple[str, ...] = ()
    """Names of the data sets that it cannot do without."""
    may_read: tuple[str, ...] = ()
    """Names of the data sets that it reads where they are given."""


Probe = ClassifierProbe | ModelProbe


def find_probe(name: str) -> Probe:
    """The probe of this name.

    Raises:
        InputError: There is none; the known ones are listed.
    """
    return cast(Probe, find_plugin("probe", name))

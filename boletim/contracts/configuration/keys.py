"""The keys of a configuration, and which of them somebody meant."""

import difflib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.yaml_reading import Place, dotted, shown
from boletim.contracts.name_order import without_accents
from boletim.contracts.sentence import Sentence

_CLOSE = 0.6
_CLOSER = 0.75
"""For names of other parts of the configuration."""
_PORTUGUESE = {
    "ajuste": "tuning",
    "auditoria": "audit",
    "candidatos": "candidates",
    "cartao": "card",
    "dados": "data",
    "descricao": "description",
    "grupos": "groups",
    "idioma": "language",
    "licenca": "licence",
    "metas": "gates",
    "modelo": "model",
    "nome": "name",
    "responsavel": "owner",
    "rotulo": "label",
    "semente": "seed",
    "sondas": "probes",
    "texto": "text",
    "titulo": "title",
    "uso_pretendido": "intended_use",
}
"""What the keys are called in Portuguese, in which many who meet them think."""


def unknown_key(place: Place) -> str:
    """One sentence about a key that does not exist, with the nearest that does."""
    here, written = keys_at(place[:-1]), str(place[-1])
    if near := nearest(written, here):
        return Sentence("errors.not_key_near", key=dotted(place), near=near)
    elsewhere = nearest(written, [path.rpartition(".")[2] for path in _all_keys()], _CLOSER)
    if elsewhere is not None:
        path = next(path for path in _all_keys() if path.rpartition(".")[2] == elsewhere)
        return Sentence("errors.not_key", key=dotted(place), near=path)
    return Sentence("errors.not_key_here", key=dotted(place), keys=here)


def nearest(written: str, names: Iterable[str], least: float = _CLOSE) -> str | None:
    """The name that somebody meant; accents, capitals, blanks and hyphens do not count."""
    plain = {_plain(name): name for name in names}
    wanted = _plain(written[:200])
    wanted = _PORTUGUESE.get(wanted, wanted)
    begun = [name for name in plain if name.startswith(wanted)]
    found = begun if len(begun) == 1 else difflib.get_close_matches(wanted, list(plain), n=1, cutoff=least)
    return plain[found[0]] if found else None


def did_you_mean(written: str, names: Iterable[str]) -> str:
    """The end of a message about a name that nothing has; at most ten names are listed, if there are any."""
    listed = list(names)
    near = nearest(written, listed)
    if near is not None:
        return Sentence("errors.did_you_mean", near=near)
    if not listed:
        return Sentence("errors.none_there")
    names = [shown(name, quoted=False) for name in listed[:10]]
    if len(listed) > 10:
        return Sentence("errors.known_are_more", names=names, n=len(listed) - 10)
    return Sentence("errors.known_are", names=names)


def keys_at(place: Place) -> list[str]:
    """The keys that a place of the configuration has."""
    model: Any = RunConfig
    for part in place:
        if isinstance(part, str) and model is not None:
            field = model.model_fields.get(part)
            model = _model_of(field.annotation) if field else None
    return list(model.model_fields) if model is not None else []


@cache
def _all_keys() -> tuple[str, ...]:
    return tuple(_walk(RunConfig, ""))


def _walk(model: type[BaseModel], above: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield above + name
        inner = _model_of(field.annotation)
        if inner is not None:
            yield from _walk(inner, f"{above}{name}.")


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The record inside an annotation such as `tuple[Annotated[GateConfig, ...], ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_of(inner)
        if found is not None:
            return found
    return None


def _plain(name: str) -> str:
    return "_".join(without_accents(name).lower().replace("-", " ").replace("_", " ").split())

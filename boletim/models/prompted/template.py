"""A template of a prompt: Jinja in a sandbox, and of its language only what cannot run long or grow large.

A template gets `text`, `labels` (the words of the classes) and `shots` (each with `text` and `label`). One that does
not name `shots` is written for one text; examples are then laid out by it too, one above the other.
"""

from collections.abc import Sequence

import jinja2
from jinja2 import meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from boletim.contracts.errors import InputError, line_of

_BETWEEN = "\n\n"
_KNOWN = {"text", "labels", "shots"}
_FILTERS = {"trim", "lower", "upper", "capitalize", "title", "join", "length"}
_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.If,
    nodes.For, nodes.Filter, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Concat,
)  # fmt: skip
_MOST_CHARACTERS = 20_000


class PromptTemplate:
    """A checked template."""

    def __init__(self, source: str, name: str) -> None:
        """Check it.

        Args:
            source: Its text.
            name: For messages.

        Raises:
            InputError: It is too long, no Jinja, lacks the text, or uses what a prompt has no need of.
        """
        if len(source) > _MOST_CHARACTERS:
            raise InputError("prompt_long", n_most_characters=_MOST_CHARACTERS, name=name, n_source=len(source))
        environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=False)
        try:
            tree = environment.parse(source)
            self._has_shots = _check(tree, name)
            self._template = environment.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            raise InputError("prompt_jinja", message=error.message, at=line_of(name, error.lineno)) from error
        self._name = name

    def render(self, text: str, words: Sequence[str], shots: Sequence[tuple[str, str]] = ()) -> str:
        """What the model reads before it is asked for a word.

        Args:
            text: To classify.
            words: Of the classes.
            shots: Examples, each a text and its word.

        Raises:
            InputError: The template names something that a value lacks.
        """
        if self._has_shots:
            return self._fill(text, words, [{"text": one, "label": word} for one, word in shots])
        return self._above(words, tuple(shots)) + self._fill(text, words, [])

    def _above(self, words: Sequence[str], shots: Sequence[tuple[str, str]]) -> str:
        asked = [self._fill(one, words, []) for one, _ in shots]
        return "".join(f"{prompt}{gap(prompt)}{word}{_BETWEEN}" for prompt, (_, word) in zip(asked, shots, strict=True))

    def _fill(self, text: str, words: Sequence[str], shots: list[dict[str, str]]) -> str:
        try:
            return self._template.render(text=text, labels=list(words), shots=shots)
        except (jinja2.TemplateError, TypeError) as error:
            raise InputError("prompt_unwritten", error=error, at=self._name) from error


def gap(prompt: str) -> str:
    """What stands between a prompt and a word: a space, unless the prompt ends in white space."""
    return "" if not prompt or prompt[-1].isspace() else " "


def _has_loop(body: list[nodes.Node]) -> bool:
    """Whether a loop stands in it, itself or further in."""
    return any(isinstance(part, nodes.For) or next(part.find_all(nodes.For), None) is not None for part in body)


def _check(tree: nodes.Template, name: str) -> bool:
    """Whether it lays out examples itself.

    Raises:
        InputError: It breaks a rule.
    """
    for node in tree.find_all(nodes.Node):
        is_known = isinstance(node, _NODES)
        if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
            raise InputError("prompt_filters", filters=sorted(_FILTERS), name=node.name, at=name)
        if isinstance(node, nodes.Name) and node.ctx == "store" and node.name in _KNOWN:
            is_known = False
        if not is_known:
            what = type(node).__name__.lower()
            raise InputError("prompt_parts", what=what, at=line_of(name, node.lineno))
    for loop in tree.find_all(nodes.For):
        over = loop.iter.name if isinstance(loop.iter, nodes.Name) else ""
        if over not in ("shots", "labels") or _has_loop(loop.body):
            raise InputError("prompt_for", at=line_of(name, loop.lineno))
    used = meta.find_undeclared_variables(tree)
    if "text" not in used:
        raise InputError("prompt_text_slot", at=name)
    if unknown := sorted(used - _KNOWN):
        raise InputError("prompt_slots", unknown=unknown[0], at=name)
    return "shots" in used

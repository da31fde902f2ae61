"""Write a commented configuration for a table of the user's own."""

import json
import os
import re
import textwrap
from pathlib import Path

import yaml

from boletim.app.starter.proposal import Proposal
from boletim.app.starter.words import as_list
from boletim.contracts.language import known_languages, language_folder

_WIDTH = 110
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def own_configuration(
    proposal: Proposal, source: Path, output: Path, language: str | None, candidate: str, reading: str = ""
) -> tuple[str, str]:
    """The configuration's text, and the language it was written for.

    Args:
        proposal: What the columns mean.
        source: The table.
        output: Where the configuration will lie; the source is written relative to it.
        language: Of the texts; None takes what the texts look like, else English.
        candidate: Model to begin with.
        reading: What was found out of the file and is not as usual, as `data.read` says it.
    """
    chosen = language or proposal.language or known_languages()[0]
    starter = language_folder(chosen) / "starter"
    note = yaml.safe_load((starter / "notes.yaml").read_text(encoding="utf-8"))
    values = {
        "FILE": _plain(source.name),
        "OUTPUT": _plain(output.name),
        "NAME": re.sub(r"[^A-Za-z0-9._-]+", "-", source.name.partition(".")[0]).strip("-._") or "own",
        "LANGUAGE": chosen,
        "LANGUAGE_NOTE": _language_note(proposal, chosen, note),
        "SOURCE": _quoted(os.path.relpath(source.resolve(), output.resolve().parent)),
        "READ": f"  read: {reading}   # {note['read']}\n" if reading else "",
        "N_ROWS": str(proposal.n_rows),
        "TEXT": _quoted(proposal.text or ""),
        "LABEL": _quoted(proposal.label.column),
        "WHY": _line(f"{note['label']}: {_why(proposal, note)}; {_classes(proposal)}"),
        "OTHER_LABELS": _others(proposal, note),
        "LABEL_NAMES": _label_names(proposal, note),
        "GROUPS": _groups(proposal, note),
        "OWNER": _line(note["cluster"]) + f"  cluster: {_quoted(proposal.owner)}\n" if proposal.owner else "",
        "DROP": "true" if proposal.n_incomplete else "false",
        "N_INCOMPLETE": str(proposal.n_incomplete),
        "SAMPLE": f"  sample: {proposal.sample}   # {note['sample']}\n" if proposal.sample else "",
        "CANDIDATE": _quoted(candidate),
        "GATES": _gates(proposal),
        **_prediction_values(proposal, note),
    }
    name = "predictions.template" if proposal.predictions else "own.template"
    template = (starter / name).read_text(encoding="utf-8")
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], template), chosen


def _language_note(proposal: Proposal, chosen: str, note: dict[str, str]) -> str:
    if proposal.language == chosen:
        return note["found"] if proposal.text else note["names"]
    if proposal.language is not None:
        return note["given"].format(found=proposal.language)
    return note["open"] if proposal.text else note["untold"]


def _classes(proposal: Proposal) -> str:
    return as_list([f"{name} ({n})" for name, n in proposal.classes.items()])


def _why(proposal: Proposal, note: dict[str, str]) -> str:
    predicted = proposal.predictions.predicted if proposal.predictions else ""
    return note[proposal.label.why].format(n=len(proposal.label.siblings), predicted=_plain(predicted))


def _prediction_values(proposal: Proposal, note: dict[str, str]) -> dict[str, str]:
    """What only a file of predictions has."""
    found = proposal.predictions
    if found is None:
        return {}
    scores = f"  scores: {_quoted(found.scores)}   # {note['scores']}\n" if found.scores else _line(note["no_scores"])
    has_texts = note["texts"].format(text=_plain(proposal.text), predicted=_plain(found.predicted))
    return {
        "PREDICTED": f"{_quoted(found.predicted)}   # {note['predicted']}",
        "SCORES": scores,
        "TEXTS": _line(has_texts) if proposal.text else "",
    }


def _others(proposal: Proposal, note: dict[str, str]) -> str:
    label = proposal.label
    lines = _line(note["siblings"].format(names=as_list(label.siblings, 12))) if label.siblings else ""
    return lines + (_line(note["others"].format(names=as_list(label.others))) if label.others else "")


def _label_names(proposal: Proposal, note: dict[str, str]) -> str:
    """Votes above 0 as one class; elsewhere, where classes are numbers, an example to be filled in."""
    if not all(_NUMBER.fullmatch(name) for name in proposal.classes):
        return ""
    names = sorted(proposal.classes, key=float)
    column = proposal.label.column
    if proposal.label.siblings:
        meant = {name: note["other"] if name == "0" else column for name in names}
        comment = _line(note["votes"]) if proposal.label.has_votes else ""
        return f"{comment}  label_names: {{{', '.join(f'{name}: {_quoted(to)}' for name, to in meant.items())}}}\n"
    example = ", ".join(f'{name}: "{name}"' for name in names[:5])
    return _line(note["label_names"].format(example=f"{{{example}}}"))


def _groups(proposal: Proposal, note: dict[str, str]) -> str:
    parts = [
        _quoted(column) if edges is None else f"{{{_quoted(column)}: {list(edges)}}}"
        for column, edges in proposal.groups.items()
    ]
    if any(proposal.groups.values()):
        reason = f"{note['groups']}; {note['bands']}"
    else:
        reason = f"{note['groups'] if parts else note['no_groups']}; {note['cut']}"
    return _line(reason) + f"  groups: [{', '.join(parts)}]\n"


def _gates(proposal: Proposal) -> str:
    if not proposal.gates:
        return " []\n"
    return "".join(f"\n  - {{measure: {_quoted(m)}, {how}: {bar:.2f}}}" for m, how, bar in proposal.gates) + "\n"


def _line(comment: str) -> str:
    """A comment, on as many lines as it needs."""
    lines = textwrap.wrap(_plain(comment), _WIDTH, break_long_words=False, break_on_hyphens=False)
    return "".join(f"  # {line}\n" for line in lines)


def _plain(text: str | None) -> str:
    """On one line."""
    return " ".join((text or "").split())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

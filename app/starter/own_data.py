"""Write a commented configuration for a table of the user's own."""

import json
import os
import re
from pathlib import Path

import yaml

from boletim.app.starter.proposal import Proposal, as_list
from boletim.contracts.configuration import DataConfig
from boletim.contracts.language import known_languages, language_folder


def own_configuration(
    proposal: Proposal, source: Path, output: Path, language: str | None, candidate: str
) -> tuple[str, str]:
    """The configuration's text, and the language it was written for.

    Args:
        proposal: What the columns mean.
        source: The table.
        output: Where the configuration will lie; the source is written relative to it.
        language: Of the texts; None takes what the texts look like, else English.
        candidate: Model to begin with.
    """
    chosen = language or proposal.language or known_languages()[0]
    starter = language_folder(chosen) / "starter"
    note = yaml.safe_load((starter / "notes.yaml").read_text(encoding="utf-8"))
    language_note = note["found"] if proposal.language == chosen else note["open"]
    if proposal.language not in (None, chosen):
        language_note = note["given"].format(found=proposal.language)
    values = {
        "FILE": source.name,
        "OUTPUT": output.name,
        "NAME": re.sub(r"[^A-Za-z0-9._-]+", "-", source.name.partition(".")[0]).strip("-._") or "own",
        "LANGUAGE": chosen,
        "LANGUAGE_NOTE": language_note,
        "SOURCE": _quoted(os.path.relpath(source.resolve(), output.resolve().parent)),
        "N_ROWS": str(proposal.n_rows),
        "TEXT": _quoted(proposal.text),
        "LABEL": _quoted(proposal.label),
        "CLASSES": as_list([f"{name} ({n})" for name, n in proposal.classes.items()]),
        "OTHER_LABELS": _line(
            note["others"].format(names=as_list(proposal.other_labels)) if proposal.other_labels else ""
        ),
        "LABEL_NAMES": _line(_label_names(proposal, note)),
        "GROUPS": _groups(proposal),
        "OWNER": _owner(proposal, note),
        "DROP": "true" if proposal.n_incomplete else "false",
        "N_INCOMPLETE": str(proposal.n_incomplete),
        "SAMPLE": f"  sample: {proposal.sample}   # {note['sample']}\n" if proposal.sample else "",
        "CANDIDATE": _quoted(candidate),
        "GATES": _gates(proposal),
    }
    template = (starter / "own.template").read_text(encoding="utf-8")
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], template), chosen


def _label_names(proposal: Proposal, note: dict[str, str]) -> str:
    """An example to be filled in where classes are numbers."""
    if not all(re.fullmatch(r"-?\d+(\.\d+)?", name) for name in proposal.classes):
        return ""
    names = sorted(proposal.classes, key=float)[:5]
    return note["label_names"].format(example="{" + ", ".join(f'{name}: "{name}"' for name in names) + "}")


def _groups(proposal: Proposal) -> str:
    parts = [
        _quoted(column) if edges is None else f"{{{_quoted(column)}: {list(edges)}}}"
        for column, edges in proposal.groups.items()
    ]
    return f"[{', '.join(parts)}]"


def _owner(proposal: Proposal, note: dict[str, str]) -> str:
    if proposal.owner is None:
        return ""
    if "cluster" in DataConfig.model_fields:
        return f"  cluster: {_quoted(proposal.owner)}   # {note['cluster']}\n"
    return _line(note["by"].format(owner=" ".join(proposal.owner.split())))


def _gates(proposal: Proposal) -> str:
    if not proposal.gates:
        return " []\n"
    return "".join(f"\n  - {{measure: {_quoted(m)}, {how}: {bar:.2f}}}" for m, how, bar in proposal.gates) + "\n"


def _line(comment: str) -> str:
    return f"  # {comment}\n" if comment else ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

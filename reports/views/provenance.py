"""Provenance: how to do it again, and how to check that it was this."""

from collections import Counter
from typing import Any

from boletim.reports.card.attachments import attaches_predictions, why_kept_back
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Fact, Table, make_table
from boletim.reports.page.section import Section
from boletim.reports.views.parts.front.by_hand import counted_by_hand
from boletim.reports.views.parts.run_in import run_in

_MOST_NAMES = 8


def build(context: Context) -> dict[str, Any]:
    """Hashes, versions, seeds, hardware, times and the command."""
    origin = context.card.provenance
    return {
        "facts": _facts(context),
        "hashes": _hashes(context),
        "command": origin.command,
        "checking": _checking(context),
    }


def _checking(context: Context) -> list[str]:
    """How a stranger checks the card: with Boletim, and by hand."""
    origin, is_attached = context.card.provenance, attaches_predictions(context.card)
    address = origin.boletim_address
    program = [
        context.text("provenance.program", version=origin.boletim_version),
        *([context.text("provenance.address", address=address)] if address else []),
        *([context.text("provenance.ask")] if context.card.provided.contact else []),
        context.text("provenance.attached", files=_files(context)),
        context.text("provenance.with_predictions") if is_attached else _without_predictions(context),
    ]
    counted = counted_by_hand(context)
    hand = [
        context.text("provenance.by_hand"),
        *([context.text("provenance.by_hand_counted", **counted)] if counted else []),
        *(_groups_by_hand(context) if counted and context.facts.groups else []),
    ]
    return [" ".join(program), " ".join(hand)]


def _groups_by_hand(context: Context) -> list[str]:
    """How a group is counted, and how the data call the groups that the card calls otherwise."""
    groups = [name for names in context.facts.groups.values() for name in names]
    renamed = {here: name for name in groups if (here := context.names.one(name)) != name}
    named = "; ".join(f"{here} = {there}" for here, there in list(renamed.items())[:_MOST_NAMES])
    names = [context.text("provenance.by_hand_names", names=named)] if named else []
    return [context.text("provenance.by_hand_groups"), *names]


def _without_predictions(context: Context) -> str:
    because = context.text(f"provenance.kept_back.{why_kept_back(context.card) or 'none'}")
    return context.text("provenance.without_predictions", because=because)


def _files(context: Context) -> str:
    """Attachments with figures, beside card.json."""
    known = {"audit.json": context.card.audit, "probes.json": context.card.probes, "cost.json": context.card.cost}
    return ", ".join(name for name, result in known.items() if result is not None)


def _facts(context: Context) -> list[Fact]:
    origin = context.card.provenance
    unknown = context.text("facts.unknown")
    dirty = context.text("provenance.dirty") if origin.git_dirty else ""
    hardware = [
        f"{_word(context, 'hardware', key)}: {_hardware(context, value)}" for key, value in origin.hardware.items()
    ]
    seeds = [f"{_word(context, 'seeds', key)}: {value}" for key, value in origin.seeds.items()]
    facts = [
        ("created", context.numbers.moment(origin.created), False),
        ("boletim", origin.boletim_version, False),
        ("python", origin.python, False),
        ("platform", origin.platform, False),
        ("hardware", "; ".join(hardware), False),
        ("machines", _machines(context), False),
        ("seeds", "; ".join(seeds), False),
        ("times", _times(context), False),
        ("versions", _versions(context), False),
        ("git", f"{origin.git_commit}{dirty}" if origin.git_commit else "", bool(origin.git_commit)),
    ]
    optional = ("machines", "times", "versions")
    return [
        Fact(context.text(f"provenance.{key}"), text or unknown, is_code)
        for key, text, is_code in facts
        if text or key not in optional
    ]


def _word(context: Context, kind: str, key: str) -> str:
    return context.words.find(f"provenance.{kind}_names.{key}") or key


def _hardware(context: Context, value: str | int | float | None) -> str:
    if value is None:
        return context.text("provenance.none")
    if isinstance(value, str):
        return value
    return context.numbers.number(value, 1) if isinstance(value, float) else context.numbers.count(value)


def _hashes(context: Context) -> Table:
    """Of what each hash is: of a file's bytes, which anybody can hash, or of something in one fixed form."""
    origin, cleaning = context.card.provenance, context.card.cleaning
    columns = [(context.text(f"provenance.{key}"), "name" if key == "file" else "text") for key in ("file", "of")]
    columns.append(("sha256", "code"))
    found = [
        *((name, "attached", value) for name, value in sorted(context.attached.items())),
        (context.text("provenance.config"), "settings", origin.config_sha256),
        (_gates(context), "gates", origin.gates_sha256),
        *(
            (context.text("provenance.data", name=name), "data", value)
            for name, value in sorted(origin.data_sha256.items())
        ),
        (context.text("provenance.model"), "weights", origin.model_sha256),
        (context.text("provenance.predictions"), "predictions", origin.predictions_sha256),
        *(
            (context.text("provenance.compared", name=name), "compared", value)
            for name, value in origin.compared_sha256.items()
        ),
        (context.text("provenance.fingerprint"), "splits", cleaning.fingerprint if cleaning else None),
    ]
    attached = set(context.attached.values())
    rows = [
        [name, context.text(f"provenance.hash_of.{of}"), value]
        for name, of, value in found
        if value and (of == "attached" or value not in attached)
    ]
    more = context.text("provenance.fixed_form") if context.attached else ""
    return make_table(context.text("provenance.hashes"), columns, rows, token="hashes", more=more)  # type: ignore[arg-type]


def _gates(context: Context) -> str:
    sealed = context.card.provenance.gates_sealed
    if sealed is None:
        return context.text("provenance.gates_unsealed" if context.card.gates else "provenance.no_gates")
    return context.text("provenance.gates", moment=context.numbers.moment(sealed))


def _times(context: Context) -> str:
    seconds = context.card.provenance.seconds
    return run_in((_word(context, "stage", stage), context.numbers.duration(value)) for stage, value in seconds.items())


def _machines(context: Context) -> str:
    """How many trials each machine and device ran, where there were several; empty where there was one."""
    trials = context.card.search.trials if context.card.search is not None else ()
    counts = Counter((trial.where.machine, trial.where.device) for trial in trials if trial.where is not None)
    if len(counts) < 2:
        return ""
    return run_in(
        (f"{context.text('provenance.machine', n=number)}, {device}:", context.numbers.count(n))
        for (number, device), n in sorted(counts.items())
    )


def _versions(context: Context) -> str:
    return run_in(sorted(context.card.provenance.packages.items()))


SECTION = Section("provenance", "90_provenance.html.j2", build)

"""Provenance: how to do it again, and how to check that it was this."""

from collections import Counter
from typing import Any

from boletim.reports.card.attachments import attaches_predictions
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Fact, Table, make_table
from boletim.reports.page.section import Section
from boletim.reports.views.parts.run_in import run_in


def build(context: Context) -> dict[str, Any]:
    """Hashes, versions, seeds, hardware, times and the command."""
    origin = context.card.provenance
    return {
        "facts": _facts(context),
        "hashes": _hashes(context),
        "command": origin.command,
        "program": context.text("provenance.program", version=origin.boletim_version),
        "attached": context.text("provenance.attached", files=_files(context)),
        "predictions": context.text(
            "provenance.with_predictions" if attaches_predictions(context.card) else "provenance.without_predictions"
        ),
    }


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
    origin = context.card.provenance
    columns = [(context.text("provenance.file"), "name"), ("sha256", "code")]
    rows = [
        [context.text("provenance.config"), origin.config_sha256],
        [_gates(context), origin.gates_sha256],
        *([context.text("provenance.data", name=name), value] for name, value in sorted(origin.data_sha256.items())),
    ]
    if origin.model_sha256:
        rows.append([context.text("provenance.model"), origin.model_sha256])
    if origin.predictions_sha256:
        rows.append([context.text("provenance.predictions"), origin.predictions_sha256])
    rows += [[context.text("provenance.compared", name=name), value] for name, value in origin.compared_sha256.items()]
    if context.card.cleaning and context.card.cleaning.fingerprint:
        rows.append([context.text("provenance.fingerprint"), context.card.cleaning.fingerprint])
    return make_table(context.text("provenance.hashes"), columns, rows, token="hashes")  # type: ignore[arg-type]


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

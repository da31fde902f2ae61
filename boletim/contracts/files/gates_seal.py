"""The seal on the gates: their hash, taken while the run folder holds no result yet."""

from collections.abc import Sequence

from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.files.atomic import write_json
from boletim.contracts.files.run_files import read_record
from boletim.contracts.files.run_folder import RunFolder, key_of
from boletim.contracts.record import Record


class GatesSeal(Record):
    """The content of gates.json."""

    sha256: str
    taken: str
    """UTC, ISO 8601, whole seconds."""


def hash_gates(gates: Sequence[GateConfig]) -> str:
    """Hash of the gates and their waivers alone, so that a bar that was moved or waived shows."""
    # a gate without a waiver hashes as it did before there were any, so that older cards still verify
    return key_of([gate.model_dump(exclude=None if gate.waiver else {"waiver"}) for gate in gates])


def seal_gates(folder: RunFolder, gates: Sequence[GateConfig], now: str) -> None:
    """Write the seal, unless the folder holds an audit: gates changed after a result are never sealed again."""
    if folder.audit.exists():
        return
    seal = GatesSeal(sha256=hash_gates(gates), taken=now)
    if not folder.gates.exists() or read_record(folder.gates, GatesSeal).sha256 != seal.sha256:
        write_json(folder.gates, seal.model_dump(mode="json"))


def sealed_at(folder: RunFolder, gates: Sequence[GateConfig]) -> str | None:
    """When these gates were sealed, or None when others were, or none before the results."""
    if not folder.gates.exists():
        return None
    seal = read_record(folder.gates, GatesSeal)
    return seal.taken if seal.sha256 == hash_gates(gates) else None

"""Where a result comes from: versions, hashes, commit, hardware, seeds, times."""

import ctypes
import os
import platform
import subprocess
import sys
from ctypes.util import find_library
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

import boletim
from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.files.gates_seal import hash_gates
from boletim.contracts.files.run_folder import key_of
from boletim.contracts.results.card import Provenance
from boletim.engine.machine import processor_name
from boletim.reports.pdf.font_subsetter import PACKAGE, font_subsetter

_PACKAGES = (
    "torch", "transformers", "datasets", "evaluate", "accelerate", "optuna", "scikit-learn", "scipy", "numpy",
    "pandas", "pyarrow", "pydantic", "jinja2", "weasyprint",
)  # fmt: skip


def collect_provenance(
    *,
    settings: object,
    gates: tuple[GateConfig, ...],
    gates_sealed: str | None,
    data_sha256: dict[str, str],
    model_sha256: str | None,
    predictions_sha256: str | None,
    compared_sha256: dict[str, str],
    seeds: dict[str, int],
    seconds: dict[str, float],
    command: str,
) -> Provenance:
    """Everything needed to do it again and to check that it was this.

    Args:
        settings: The resolved configuration, as JSON-able values.
        gates: Hashed on their own, so that a bar moved after the results shows.
        gates_sealed: When they were hashed before the results.
        data_sha256: Hash of each file read.
        model_sha256: Hash of the audited model's weights.
        predictions_sha256: Hash of predictions.parquet.
        compared_sha256: Hashes of the last card's files, by name.
        seeds: Name to seed.
        seconds: Wall time per stage.
        command: What to type to do it again.
    """
    commit, is_dirty = _git_state(Path.cwd())
    return Provenance(
        boletim_version=boletim.__version__,
        boletim_address=_address(),
        created=now(),
        config_sha256=key_of(settings),
        gates_sha256=hash_gates(gates),
        gates_sealed=gates_sealed,
        data_sha256=data_sha256,
        model_sha256=model_sha256,
        predictions_sha256=predictions_sha256,
        compared_sha256=compared_sha256,
        packages=_versions(),
        python=platform.python_version(),
        platform=platform.platform(),
        hardware=_hardware(),
        git_commit=commit,
        git_dirty=is_dirty,
        seeds=seeds,
        seconds=seconds,
        command=command,
    )


def now() -> str:
    """UTC, ISO 8601, whole seconds; SOURCE_DATE_EPOCH where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _address() -> str | None:
    """The first address in the package's own metadata."""
    try:
        found = metadata("boletim").get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    return str(found[0]).rpartition(", ")[2] if found else None


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    found[PACKAGE] = font_subsetter()
    if library := find_library("pango-1.0"):
        pango = ctypes.CDLL(library)
        pango.pango_version_string.restype = ctypes.c_char_p
        found["pango"] = pango.pango_version_string().decode("ascii")
    return found


def _hardware() -> dict[str, str | int | float | None]:
    hardware: dict[str, str | int | float | None] = {"cpu": processor_name(), "cores": os.cpu_count(), "gpu": None}
    if hasattr(os, "sysconf"):
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        hardware["memory_gib"] = round(total / 2**30, 1)
    torch = sys.modules.get("torch")  # known only to runs that used a model
    if torch is not None and torch.cuda.is_available():
        hardware["gpu"] = torch.cuda.get_device_name(0)
    return hardware


def _git_state(folder: Path) -> tuple[str | None, bool | None]:
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        return commit, bool(_git(folder, "status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.SubprocessError):
        return None, None  # not a git checkout, or no git: the card says "not known"


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True, timeout=10)
    return done.stdout.strip()

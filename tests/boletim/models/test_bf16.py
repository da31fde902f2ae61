"""`precision: auto` takes what is faster here, and says so where somebody asked for what is slower."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
import torch

from boletim.models import bf16
from boletim.models.bf16 import Bf16, bf16_here, processor_flags, settle

needs_cpu = pytest.mark.skipif(torch.cuda.is_available(), reason="this is about processors")


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    bf16_here.cache_clear()
    yield
    bf16_here.cache_clear()


@needs_cpu
@pytest.mark.parametrize(
    ("fp32_s", "bf16_s", "flags", "is_fast"),
    [
        (2.0, 1.0, (), True),  # measured faster
        (2.0, 2.0, (), False),
        (2.0, 2.2, ("avx512_bf16",), True),  # the clock leaves a doubt, the flags decide
        (2.0, 26.0, ("avx512_bf16",), False),  # units that the library may not use are no use
        (0.5, 7.0, (), False),
    ],
)
def test_the_clock_decides_and_flags_where_it_leaves_a_doubt(
    fp32_s: float, bf16_s: float, flags: tuple[str, ...], is_fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bf16, "_seconds", {torch.float32: fp32_s, torch.bfloat16: bf16_s}.__getitem__)
    monkeypatch.setattr(bf16, "processor_flags", lambda: flags)
    assert bf16_here().is_fast is is_fast
    assert bf16_here().factor == fp32_s / bf16_s
    said: list[str] = []
    assert settle("auto", said.append) == ("bf16" if is_fast else "fp32")
    assert len(said) == 1
    assert settle("fp32", said.append) == "fp32"
    assert settle("bf16", said.append) == "bf16"
    assert len(said) == (1 if is_fast else 2), "asked for where it is slow, one line says so"


def test_the_line_says_how_many_times_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bf16, "bf16_here", lambda: Bf16(device="cpu", factor=1 / 14, is_fast=False))
    said: list[str] = []
    settle("bf16", said.append)
    assert said == [
        "precision: bf16, as asked for, though bf16 products are 14.0 times slower than fp32 on this processor; "
        "precision: auto would take fp32"
    ]


def test_a_gpu_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    for has in (True, False):
        bf16_here.cache_clear()
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda has=has, **_: has)
        assert bf16_here() == Bf16(device="gpu", is_fast=has)
        assert settle("auto") == ("bf16" if has else "fp32")


@needs_cpu
@pytest.mark.skipif(not processor_flags(), reason="needs a processor with bf16 units, to hide them")
def test_a_processor_whose_units_are_hidden_takes_fp32() -> None:
    code = "from boletim.models.bf16 import bf16_here; print(bf16_here().model_dump_json())"
    hidden = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | hidden, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert found["flags"]
    assert not found["is_fast"]
    assert found["factor"] < 0.5

import ctypes

import pytest

from boletim.contracts.meaning import Reason
from boletim.models.energy import gpu_meter, processor_meter


@pytest.fixture
def counters(tmp_path):
    """Two processor packages, one of which has a part of its own that must not be counted twice."""
    for name, used, largest in (
        ("intel-rapl:0", 900, 999),
        ("intel-rapl:0:0", 5, 999),
        ("intel-rapl:1", 10, 999_999),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "energy_uj").write_text(f"{used}\n")
        (tmp_path / name / "max_energy_range_uj").write_text(f"{largest}\n")
    return tmp_path


def test_processor_energy_adds_packages_and_survives_a_counter_that_starts_again(counters):
    read, reason = processor_meter(counters)
    assert reason is None
    assert read() == 0
    (counters / "intel-rapl:0" / "energy_uj").write_text("50\n")  # 900 -> 999 -> 0 -> 50: 150 microjoules
    (counters / "intel-rapl:0:0" / "energy_uj").write_text("500\n")
    (counters / "intel-rapl:1" / "energy_uj").write_text("1010\n")
    assert read() == pytest.approx(1_150e-6)
    assert read() == pytest.approx(1_150e-6)


def test_no_counter_and_one_that_may_not_be_read(tmp_path, counters, monkeypatch):
    assert processor_meter(tmp_path / "none") == (None, Reason.of("no_counter"))

    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_text", refuse)
    assert processor_meter(counters) == (None, Reason.of("not_readable"))


class FakeDriver:
    """Answers as NVIDIA's library does: 0 for success, results through pointers."""

    def __init__(self, answer=0):
        self.answer, self.millijoules = answer, 5_000

    def nvmlInit_v2(self):
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, index, device):
        return 0

    def nvmlDeviceGetTotalEnergyConsumption(self, device, used):
        ctypes.cast(used, ctypes.POINTER(ctypes.c_ulonglong))[0] = self.millijoules
        return self.answer


def test_gpu_energy():
    driver = FakeDriver()
    read, _ = gpu_meter(driver)
    first = read()
    driver.millijoules += 2_500
    assert read() - first == pytest.approx(2.5)
    assert gpu_meter(FakeDriver(answer=3)) == (None, Reason.of("no_counter"))
    assert gpu_meter(None) == (None, Reason.of("no_counter"))

import pytest

from boletim.app.machine.launcher import processes_of_launcher
from boletim.contracts.errors import InputError

NAMES = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch):
    def launch(rank: int, n: int, n_here: int) -> None:
        values = (rank, rank % n_here, n, n_here, "localhost", 29500)
        for name, value in zip(NAMES, values, strict=True):
            monkeypatch.setenv(name, str(value))

    return launch


def test_without_a_launcher_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    assert processes_of_launcher() == []


def test_the_first_goes_on_alone_with_processes_of_its_own(launched) -> None:
    launched(0, 4, 4)
    assert processes_of_launcher() == ["tuning.processes=4"]
    assert processes_of_launcher() == [], "what it starts must not take itself for the launcher's"


def test_the_others_end_in_peace(launched) -> None:
    launched(3, 4, 4)
    with pytest.raises(SystemExit) as ended:
        processes_of_launcher()
    assert ended.value.code == 0


def test_several_machines_are_refused(launched) -> None:
    launched(0, 8, 4)
    with pytest.raises(InputError, match="has 8 on several; start one `boletim worker` per machine"):
        processes_of_launcher()

"""Every process of every job that is wanted at once finds room."""

import pytest

from boletim.engine.shares import Share, share_of_a_process


def test_a_team_has_a_node_for_itself() -> None:
    assert share_of_a_process([{"CPU": 1.0}] * 3, 1, 2) == Share(0.5, 0)
    assert share_of_a_process([{"CPU": 8.0}] * 2, 2, 4) == Share(2, 0)
    assert share_of_a_process([{"CPU": 8.0}] * 2, 4, 4) == Share(1, 0)


@pytest.mark.parametrize(
    ("nodes", "n", "share"),
    [
        ([{"CPU": 8.0}], 4, Share(2, 0)),
        ([{"CPU": 2.0}], 4, Share(0.5, 0)),
        ([{"CPU": 2.0}], 3, Share(0.6666, 0)),
        ([{"CPU": 1.0}] * 3, 2, Share(1, 0)),
        ([{"CPU": 1.0}] * 3, 4, Share(0.5, 0)),
        ([{"CPU": 3.0}, {"CPU": 3.0}], 3, Share(1, 0)),
        ([{"CPU": 8.0}, {"memory": 1.0}], 1, Share(8, 0)),
        ([{"CPU": 16.0, "GPU": 4.0}, {"CPU": 8.0}], 4, Share(4, 1)),
        ([{"CPU": 4.0, "GPU": 8.0}], 8, Share(0.5, 1)),
        ([{"CPU": 8.0, "GPU": 1.0}], 2, Share(4, 0.5)),
        ([{"CPU": 8.0, "GPU": 1.0}] * 2, 3, Share(4, 0.5)),
    ],
)
def test_every_process_gets_a_share_with_which_all_run_at_once(
    nodes: list[dict[str, float]], n: int, share: Share
) -> None:
    assert share_of_a_process(nodes, n, 1) == share
    key, own = ("GPU", share.gpus) if share.gpus else ("CPU", share.cpus)
    assert sum(int(node.get(key, 0) // own) for node in nodes) >= n

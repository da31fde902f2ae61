"""Entities are counted one by one, and a column about persons lacks nothing where there are none."""

import json

from boletim.contracts.configuration import DataConfig
from boletim.tuning.corpus.prepare import prepare_corpus


def rows():
    """Two persons and two places in each text; the first person's gender is said, the second's in every other text."""
    for number in range(60):
        entities = [
            {"start": 0, "end": 3, "label": "person"},
            {"start": 4, "end": 7, "label": "place"},
            {"start": 8, "end": 11, "label": "place"},
            {"start": 12, "end": 15, "label": "person"},
        ]
        sexes = ["f", None, None, "m" if number % 2 else None]
        yield {"text": f"Ana Rio Sul Ivo {number}", "entities": entities, "sex": sexes, "topic": "ab"[number % 2]}


def test_entities_and_their_groups_are_counted(tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join(map(json.dumps, rows())))
    data = DataConfig.model_validate(
        {
            "source": str(path), "text": "text", "label": "entities", "groups": ["sex", "topic"],
            "clean": {"duplicates": False},
        }
    )  # fmt: skip
    splits = prepare_corpus(data, seed=1, kind="spans").report.splits
    assert sum(split["n"] for split in splits.values()) == 60
    for split in splits.values():
        n = split["n"]
        assert split["labels"] == {"person": 2 * n, "place": 2 * n}
        said = split["groups"]["sex"]
        assert said["f"] == n
        assert said.get("m", 0) + said.get("(missing)", 0) == n, "places have no gender, so they lack none"
        assert sum(split["groups"]["topic"].values()) == n

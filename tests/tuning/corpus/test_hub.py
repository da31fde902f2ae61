import datasets
import pytest

from boletim.contracts.configuration import DataConfig
from boletim.contracts.errors import DataError
from boletim.tuning.corpus import hub
from boletim.tuning.corpus.prepare import prepare_corpus

DATA = DataConfig(source="somebody/reviews", text="text", label="label")


def table(n, offset=0):
    features = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["bad", "good"])}
    )
    texts = [f"text number {i + offset}" for i in range(n)]
    return datasets.Dataset.from_dict({"text": texts, "label": [i % 2 for i in range(n)]}, features=features)


@pytest.fixture
def serve(monkeypatch):
    def put(**splits):
        monkeypatch.setattr(datasets, "load_dataset", lambda *a, **k: datasets.DatasetDict(splits))
        monkeypatch.setattr(hub, "_is_hub_in_reach", lambda: True)

    return put


def test_given_splits_stay_and_class_numbers_become_names(serve):
    serve(train=table(100), dev=table(20, 100), test=table(30, 200), unsupervised=table(50, 300))
    corpus = prepare_corpus(DATA, 1)
    assert [len(split) for split in (corpus.train, corpus.validation, corpus.test)] == [100, 20, 30]
    assert corpus.labels == ("bad", "good")
    assert corpus.test["id"].iloc[0] == "test:1"
    assert set(corpus.test.loc[corpus.test["text"] == "text number 201", "label"]) == {"good"}
    assert list(corpus.report.source_sha256) == ["somebody/reviews"]


def test_without_a_test_split_it_is_one_table(serve):
    serve(train=table(100), validation=table(20, 100))
    corpus = prepare_corpus(DATA, 1)
    assert [len(split) for split in (corpus.train, corpus.validation, corpus.test)] == [78, 18, 24]


def test_a_class_of_minus_one_is_a_missing_label(serve):
    hidden = table(10, 200).map(lambda row: {"label": -1})
    serve(train=table(100), test=hidden)
    with pytest.raises(DataError, match=r"no row has both text and label; check data.label"):
        prepare_corpus(DATA, 1)


def test_without_network_it_says_the_way_out_and_tries_once(monkeypatch):
    asked = []
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(hub, "_is_hub_in_reach", lambda: bool(asked.append(1)))
    with pytest.raises(
        DataError, match=r"somebody/reviews: no such file, and the hub did not give.*; give a local csv"
    ) as caught:
        prepare_corpus(DATA, 1)
    assert "\n" not in str(caught.value)
    assert asked == [1]
    assert datasets.config.HF_HUB_OFFLINE is False, "the setting is put back"

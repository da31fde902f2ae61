from pathlib import Path

import pandas as pd
import pytest

from boletim.contracts.config import DataConfig
from boletim.contracts.errors import DataError
from tuning.corpus_files import load_corpus, load_tuning_data, save_corpus
from tuning.prepare import prepare_corpus, prepare_test_set

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def rows(n=60):
    return [
        {"t": f"text number {i} about {'cats' if i % 2 else 'dogs'}", "l": i % 2, "g": "fm"[i % 3 % 2]}
        for i in range(n)
    ]


def config(path, content=None, **changes):
    if content is not None:
        pd.DataFrame(content).to_csv(path, index=False)
    return DataConfig.model_validate({"source": str(path), "text": "t", "label": "l", "groups": ["g"]} | changes)


def test_every_row_is_in_one_split_or_counted_as_removed(tmp_path):
    content = [*rows(), {"t": "text number 1 about CATS!", "l": 1, "g": "f"}, {"t": "<b></b>", "l": 1, "g": "f"}]
    content += [{"t": None, "l": 1, "g": "f"}, {"t": "x", "l": None, "g": "f"}]
    corpus = prepare_corpus(config(tmp_path / "a.csv", content, drop_missing=True), seed=1)
    report = corpus.report
    assert report.removed == {"missing_label": 1, "missing_text": 1, "empty_after_cleaning": 1, "exact_duplicate": 1}
    assert report.n_rows_read == 64
    assert report.n_rows_kept == len(corpus.train) + len(corpus.validation) + len(corpus.test) == 60
    ids = pd.concat([corpus.train, corpus.validation, corpus.test])["id"]
    assert sorted(ids, key=int) == [str(n) for n in range(1, 61)], "an id is the row's number in the source"
    assert corpus.labels == ("0", "1")
    assert sum(report.splits["train"]["groups"]["g"].values()) == len(corpus.train)


def test_the_same_seed_gives_the_same_corpus(tmp_path):
    data = config(tmp_path / "a.csv", rows())
    assert prepare_corpus(data, 1).report == prepare_corpus(data, 1).report
    assert prepare_corpus(data, 1).report.fingerprint != prepare_corpus(data, 2).report.fingerprint


def test_what_is_saved_comes_back_and_tuning_never_opens_the_test_split(tmp_path):
    corpus = prepare_corpus(config(tmp_path / "a.csv", [*rows(), {"t": "one more", "l": 0, "g": None}]), seed=1)
    save_corpus(corpus, tmp_path / "corpus")
    again = load_corpus(tmp_path / "corpus")
    pd.testing.assert_frame_equal(again.test, corpus.test)
    assert (again.labels, again.groups, again.report) == (corpus.labels, corpus.groups, corpus.report)
    (tmp_path / "corpus" / "test.parquet").write_bytes(b"sealed")
    tuning = load_tuning_data(tmp_path / "corpus")
    pd.testing.assert_frame_equal(tuning.train, corpus.train)
    assert not hasattr(tuning, "test")
    (tmp_path / "corpus" / "test.parquet").unlink()
    assert load_tuning_data(tmp_path / "corpus").labels == corpus.labels


def test_given_splits_stay_and_copies_leave_the_training_side(tmp_path):
    content = rows(90)
    for name, part in (("train", content[:60]), ("test", [*content[60:], content[0]])):
        pd.DataFrame(part).to_csv(tmp_path / f"{name}.csv", index=False)
    data = DataConfig(train=str(tmp_path / "train.csv"), test=str(tmp_path / "test.csv"), text="t", label="l")
    corpus = prepare_corpus(data, 1)
    assert len(corpus.test) == 31
    assert corpus.report.removed == {"duplicate_across_splits": 1}
    assert len(corpus.train) + len(corpus.validation) == 59
    assert abs(len(corpus.validation) / 59 - 0.15) < 0.04
    assert all(i.startswith("test:") for i in corpus.test["id"])


def test_a_banded_number_and_a_missing_group(tmp_path):
    content = [r | {"age": a} for r, a in zip(rows(), [29, 30, 45, 99, None, 12] * 10, strict=True)]
    corpus = prepare_corpus(config(tmp_path / "a.csv", content, groups=[{"age": [18, 30, 45]}]), 1)
    counts = pd.concat([corpus.train, corpus.validation, corpus.test])["age"].value_counts(dropna=False)
    assert counts[["18-29", "30-44", "45+", "<18"]].tolist() == [10, 10, 20, 10]
    assert counts.sum() == 60


def test_an_author_goes_with_its_rows_so_that_the_audit_can_cluster(tmp_path):
    content = [r | {"who": f"author {i // 3}"} for i, r in enumerate(rows(300))]
    corpus = prepare_corpus(config(tmp_path / "a.csv", content, split={"by": "who"}), 1)
    owners = [set(split["cluster"]) for split in (corpus.train, corpus.validation, corpus.test)]
    assert not owners[0] & owners[1] | owners[0] & owners[2] | owners[1] & owners[2]
    assert len(set.union(*owners)) == 100
    save_corpus(corpus, tmp_path / "corpus")
    assert load_corpus(tmp_path / "corpus").groups == ("g",)


def test_labels_that_conflict_are_counted(tmp_path):
    content = [*rows(), {"t": "Text number 3 about cats", "l": 0, "g": "f"}]
    assert prepare_corpus(config(tmp_path / "a.csv", content), 1).report.label_conflicts == 1


@pytest.mark.parametrize(
    ("content", "changes", "message"),
    [
        (rows(), {"label": "k"}, r"no column 'k', the columns are t, l, g"),
        (rows(), {"groups": ["gg"]}, r"no column 'gg'.*did you mean 'g'"),
        ([r | {"l": 1} for r in rows()], {}, r"two classes or more, every label is '1'"),
        ([*rows(), {"t": "rare", "l": 7, "g": "f"}], {}, r"at least 3 examples, one for each split, '7' has 1"),
        ([*rows(), {"t": None, "l": 1, "g": "f"}], {}, r"1 lack the text and 0 the label \(the first is row 61\).*drop_missing"),  # noqa: E501
        ([r | {"t": None} for r in rows()], {"drop_missing": True}, r"no row has both text and label"),
        ([r | {"l": i / 7} for i, r in enumerate(rows())], {}, r"a number or free text and not a class"),
        ([r | {"g": f"free text {i}"} for i, r in enumerate(rows(90))], {}, r"a group column has a few values, 'g' has 90"),  # noqa: E501
        ([r | {"g": "old"} for r in rows()], {"groups": [{"g": [0, 30]}]}, r"row 1: a banded column holds numbers, g has 'old'"),  # noqa: E501
        ([r | {"a": None} for r in rows()], {"split": {"by": "a"}}, r"needs a value in split.by 'a', 60 lack it"),
    ],
)  # fmt: skip
def test_data_that_cannot_be_used(tmp_path, content, changes, message):
    with pytest.raises(DataError, match=message) as caught:
        prepare_corpus(config(tmp_path / "a.csv", content, **changes), 1)
    assert "\n" not in str(caught.value)


def test_a_hub_id_without_network_says_the_way_out(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(DataError, match=r"nobody/nothing: no such file.*give a local csv"):
        prepare_corpus(DataConfig(source="nobody/nothing", text="t", label="l"), 1)


def test_a_test_set_is_taken_as_it_stands(tmp_path):
    data = config(tmp_path / "a.csv", [r | {"t": f"<b>{r['t']}</b>"} for r in rows()])
    frame = prepare_test_set(data.source, "t", "l", data.groups)
    assert frame["text"].str.startswith("<b>").all()
    assert list(frame.columns) == ["id", "text", "label", "g"]


def test_real_reviews_keep_every_row_with_text():
    path = SHARED / "womens_clothing_reviews.csv"
    if not path.exists():
        pytest.skip("the real reviews are not beside this checkout")
    raw = pd.read_csv(path)
    data = DataConfig(source=str(path), text="Review Text", label="Recommended IND", drop_missing=True, groups=())
    report = prepare_corpus(data, 1).report
    assert report.n_rows_read == len(raw)
    assert report.removed["missing_text"] == raw["Review Text"].isna().sum()
    n_exact = raw["Review Text"].dropna().duplicated().sum()
    assert n_exact <= sum(report.removed[k] for k in ("exact_duplicate", "near_duplicate")) <= n_exact + 40

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from boletim.contracts.configuration import CleanConfig, DataConfig, SplitConfig
from boletim.contracts.errors import DataError
from boletim.tuning.corpus.files import load_corpus, load_tuning_data, save_corpus
from boletim.tuning.corpus.prepare import prepare_corpus, prepare_test_set

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


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
    content += [{"t": None, "l": 1, "g": "f"}, {"t": "x", "l": None, "g": "f"}, rows()[7], {"t": " ", "l": None}]
    corpus = prepare_corpus(config(tmp_path / "a.csv", content, drop_missing=True), seed=1)
    report = corpus.report
    assert report.removed == {
        "missing_label": 1,
        "missing_text": 2,
        "empty_after_cleaning": 1,
        "exact_duplicate": 1,
        "near_duplicate": 1,
    }
    assert report.n_rows_read == 66
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


def save(folder, **parts):
    for name, part in parts.items():
        pd.DataFrame(part).to_csv(folder / f"{name}.csv", index=False)
    files = {name: str(folder / f"{name}.csv") for name in parts}
    return DataConfig.model_validate(files | {"text": "t", "label": "l"})


def test_given_splits_stay_and_copies_leave_the_training_side(tmp_path):
    content = rows(120)
    train = [*content[:60], content[70], content[100], content[0]]  # a copy of validation, of test, and of itself
    data = save(tmp_path, train=train, validation=[*content[60:90], content[101]], test=content[90:])
    corpus = prepare_corpus(data, 1)
    assert [len(split) for split in (corpus.train, corpus.validation, corpus.test)] == [60, 30, 30]
    assert corpus.report.removed == {"duplicate_across_splits": 3, "exact_duplicate": 1}
    assert [split["id"].iloc[0] for split in (corpus.train, corpus.test)] == ["train:1", "test:1"]
    assert set(corpus.report.source_sha256) == {"train.csv", "validation.csv", "test.csv"}


@pytest.mark.parametrize("share", [0.15, 0.5])
def test_a_missing_validation_file_is_cut_from_train(tmp_path, share):
    content = rows(100)
    data = save(tmp_path, train=content[:60], test=content[60:])
    data = data.model_copy(update={"split": SplitConfig(validation=share)})
    corpus = prepare_corpus(data, 1)
    assert [len(corpus.validation), len(corpus.test)] == [round(60 * share), 40]
    assert all(i.startswith("train:") for i in corpus.validation["id"])


def test_given_files_may_not_share_an_author(tmp_path):
    content = [r | {"who": f"author {i // 3}"} for i, r in enumerate(rows(120))]
    apart = save(tmp_path, train=content[:90], test=content[90:])
    by = {"split": SplitConfig(by="who")}
    corpus = prepare_corpus(apart.model_copy(update=by), 1)
    assert not set(corpus.train["cluster"]) & set(corpus.validation["cluster"])
    mixed = save(tmp_path, train=content[:91], test=content[91:])
    with pytest.raises(DataError, match=r"split.by 'who' keeps each value in one split, 1 value stands in more"):
        prepare_corpus(mixed.model_copy(update=by), 1)


def test_a_sample_is_drawn_after_what_is_missing_is_gone(tmp_path):
    content = [*rows(200), *[{"t": None, "l": 1, "g": "f"}] * 50]
    data = config(tmp_path / "a.csv", content, drop_missing=True, sample=100)
    first, again, other = (prepare_corpus(data, seed) for seed in (1, 1, 2))
    assert first.report.removed == {"missing_text": 50, "not_sampled": 100}
    assert first.report.n_rows_kept == 100
    assert first.report == again.report
    assert set(first.train["id"]) != set(other.train["id"])


def test_names_are_the_same_whatever_the_file_and_its_types(tmp_path):
    frame = pd.DataFrame(rows()).assign(l=lambda f: f["l"].astype(float), g=[True, False, None] * 20)
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_json(tmp_path / "a.jsonl", orient="records", lines=True)
    corpora = [prepare_corpus(config(tmp_path / name), 1) for name in ("a.csv", "a.parquet", "a.jsonl")]
    assert {corpus.report.fingerprint for corpus in corpora} == {corpora[0].report.fingerprint}
    assert corpora[0].labels == ("0", "1")
    assert set(corpora[0].train["g"]) == {"True", "False", None}
    assert corpora[0].report.splits["train"]["groups"]["g"].keys() == {"False", "True", "(missing)"}


def test_white_space_around_a_name_makes_no_other_class(tmp_path):
    content = [r | {"l": ["cat", " cat ", "dog", "dog\u200b"][i % 4]} for i, r in enumerate(rows())]
    assert prepare_corpus(config(tmp_path / "a.csv", content), 1).labels == ("cat", "dog")


def test_a_class_of_three_is_in_every_split(tmp_path):
    content = [r | {"l": "rare" if i in (5, 6, 7) else "usual"} for i, r in enumerate(rows(500))]
    for seed in range(5):
        corpus = prepare_corpus(config(tmp_path / "a.csv", content), seed)
        assert [split["labels"]["rare"] for split in corpus.report.splits.values()] == [1, 1, 1]


def test_the_source_is_only_read(tmp_path):
    data = config(tmp_path / "a.csv", rows())
    before = (tmp_path / "a.csv").read_bytes()
    report = prepare_corpus(data, 1).report
    assert (tmp_path / "a.csv").read_bytes() == before
    assert report.source_sha256 == {"a.csv": hashlib.sha256(before).hexdigest()}
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


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
    content = [*rows(), {"t": "text number 3  about cats", "l": 0, "g": "f"}, rows()[4]]
    report = prepare_corpus(config(tmp_path / "a.csv", content), 1).report
    assert (report.label_conflicts, report.removed) == (1, {"exact_duplicate": 2})
    kept = prepare_corpus(config(tmp_path / "a.csv", clean={"duplicates": False}), 1).report
    assert (kept.label_conflicts, kept.n_rows_kept) == (1, 62)


@pytest.mark.parametrize(
    ("content", "changes", "message"),
    [
        (rows(), {"label": "k"}, r"no column 'k', the columns are t, l, g"),
        (rows(), {"groups": ["gg"]}, r"no column 'gg'.*did you mean 'g'"),
        ([r | {"l": 1} for r in rows()], {}, r"two classes or more, every label is '1'"),
        ([*rows(), {"t": "rare", "l": 7, "g": "f"}], {}, r"at least 3 examples, one for each split, '7' has 1"),
        ([*rows(), {"t": None, "l": 1, "g": "f"}], {}, r"1 lacks the text and 0 the label \(the first is row 61\).*drop_missing"),  # noqa: E501
        ([r | {"t": None} for r in rows()], {"drop_missing": True}, r"no row has both text and label"),
        ([r | {"l": i / 7} for i, r in enumerate(rows())], {}, r"a number or free text and not a class"),
        ([r | {"g": f"free text {i}"} for i, r in enumerate(rows(90))], {}, r"a group column has a few values, 'g' has 90"),  # noqa: E501
        ([r | {"g": "old"} for r in rows()], {"groups": [{"g": [0, 30]}]}, r"row 1: a banded column holds numbers, g has 'old'"),  # noqa: E501
        ([r | {"a": None} for r in rows()], {"split": {"by": "a"}}, r"needs a value in split.by 'a', 60 lack it"),
        ([r | {"a": i % 2} for i, r in enumerate(rows())], {"split": {"by": "a"}}, r"'a' has 2; choose another column"),
        ([r | {"a": i % 30} for i, r in enumerate(rows())], {"split": {"by": "b"}}, r"no column 'b', the columns are t, l, g, a"),  # noqa: E501
        ([r | {"g": i} for i, r in enumerate(rows(900))], {}, r"'g' has 900 in 900 rows; cut it into bands with `g: \[edges\]`"),  # noqa: E501
        ([r | {"cluster": "x"} for r in rows()], {"groups": ["cluster"]}, r"may not be called 'cluster'.*rename it"),
        ([r | {"t": f"<p>{' ' * i}</p>"} for i, r in enumerate(rows())], {}, r"cleaning must leave some texts"),
        ([r | {"l": None} for r in rows()], {}, r"no row has both text and label; check data.label"),
        ([r | {"l": "c" if i == 4 else "d"} for i, r in enumerate(rows())], {"split": {"stratify": False}}, r"'c' has 1 after cleaning"),  # noqa: E501
        ([r | {"l": "c" if i < 3 else "d"} for i, r in enumerate(rows(999))], {"split": {"stratify": False}}, r"'c' has none in .* stratify the split"),  # noqa: E501
    ],
)  # fmt: skip
def test_data_that_cannot_be_used(tmp_path, content, changes, message):
    with pytest.raises(DataError, match=message) as caught:
        prepare_corpus(config(tmp_path / "a.csv", content, **changes), 1)
    assert "\n" not in str(caught.value)


def test_a_list_is_no_label(tmp_path):
    pd.DataFrame([r | {"l": ["a", "b"]} for r in rows()]).to_json(tmp_path / "a.jsonl", orient="records", lines=True)
    with pytest.raises(
        DataError, match=r"a.jsonl, row 1, column 'l': a cell holds one text or number, this holds a list; give one"
    ):
        prepare_corpus(config(tmp_path / "a.jsonl"), 1)


def test_a_test_set_is_taken_as_it_stands(tmp_path):
    data = config(tmp_path / "a.csv", [r | {"t": f"<b>{r['t']}</b>"} for r in rows()])
    frame = prepare_test_set(data)
    assert frame["text"].str.startswith("<b>").all()
    assert list(frame.columns) == ["id", "text", "label", "g"]


def real(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip("the real texts are not beside this checkout")
    return path


def test_real_reviews_are_counted_as_pandas_counts_them():
    path = real("womens_clothing_reviews.csv")
    raw = pd.read_csv(path)
    data = DataConfig.model_validate(
        {
            "source": str(path),
            "text": "Review Text",
            "label": "Recommended IND",
            "groups": [{"Age": [0, 30, 40, 50, 65]}],
            "drop_missing": True,
            "clean": {"duplicates": False},
        }
    )
    corpus = prepare_corpus(data, 1)
    assert corpus.report.n_rows_read == len(raw)
    assert corpus.report.removed == {"missing_text": raw["Review Text"].isna().sum()}
    present = raw.dropna(subset=["Review Text"])
    bands = pd.cut(
        present["Age"], [0, 30, 40, 50, 65, 999], right=False, labels=["0-29", "30-39", "40-49", "50-64", "65+"]
    )
    together = pd.concat([corpus.train, corpus.validation, corpus.test])
    assert together["Age"].value_counts().to_dict() == bands.value_counts().to_dict()
    assert together["label"].value_counts().to_dict() == present["Recommended IND"].astype(str).value_counts().to_dict()
    words = present["Review Text"].str.lower().str.findall(r"\w+").map(" ".join)
    without = prepare_corpus(data.model_copy(update={"clean": CleanConfig()}), 1).report.removed
    n_exact = int(present["Review Text"].str.split().map(" ".join).duplicated().sum())
    assert n_exact == without["exact_duplicate"]
    assert words.duplicated().sum() - 5 <= n_exact + without["near_duplicate"] <= words.duplicated().sum() + 20


def test_real_portuguese_posts_keep_their_letters():
    path = real("ToLD-BR.csv")
    raw = pd.read_csv(path)
    corpus = prepare_corpus(DataConfig(source=str(path), text="text", label="insult"), 1)
    assert corpus.labels == ("0", "1", "2", "3")
    assert corpus.report.n_rows_read == len(raw) == corpus.report.n_rows_kept + sum(corpus.report.removed.values())
    together = pd.concat([corpus.train, corpus.validation, corpus.test])
    source = raw["text"].iloc[together["id"].astype(int).to_numpy() - 1].to_numpy()
    is_letter_kept = [
        set("çãéíõú") & set(a) == set("çãéíõú") & set(b) for a, b in zip(source, together["text"], strict=True)
    ]
    assert sum(is_letter_kept) >= len(together) - 5


def test_sampling_weights_stay_with_their_texts(tmp_path):
    weights = {f"text number {i} of {i * i}": 1 / (i + 1) for i in range(60)}
    content = [{"t": text, "l": "ab"[i % 2], "w": weight} for i, (text, weight) in enumerate(weights.items())]
    data = config(tmp_path / "w.csv", content, weights="w", groups=[])
    corpus = prepare_corpus(data, 3)
    save_corpus(corpus, tmp_path / "corpus")
    again = load_corpus(tmp_path / "corpus")
    assert again.groups == ()
    for split in (again.train, again.validation, again.test):
        assert [float(weight) for weight in split["weight"]] == [weights[text] for text in split["text"]]
    frame = prepare_test_set(data)
    assert list(frame["weight"].astype(float)) == list(weights.values())

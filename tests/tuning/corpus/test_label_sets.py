import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

from boletim.contracts.answers.label_sets import label_names, names_of, write_labels
from boletim.contracts.configuration import DataConfig
from boletim.contracts.errors import ConfigError, DataError
from boletim.tuning.corpus.label_sets import each_label, label_set_texts
from boletim.tuning.corpus.prepare import prepare_corpus
from boletim.tuning.corpus.split_by import split_by_owner
from boletim.tuning.tasks.multi_label_classification import check_objective, compute_metrics

SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}


def draw_sets(n, seed=0, shares=(0.5, 0.2, 0.03)):
    rng = np.random.default_rng(seed)
    held = rng.random((n, len(shares))) < np.array(shares)
    return pd.Series([write_labels(f"l{i}" for i in np.flatnonzero(row)) for row in held])


def test_every_label_keeps_its_share_in_every_split():
    labels = draw_sets(1000)
    places = split_by_owner("x", labels, pd.Series(range(1000), name="row"), SHARES, stratify=True, seed=3)
    for split, share in SHARES.items():
        assert (places == split).sum() == pytest.approx(1000 * share, abs=3)
    for label in label_names(labels):
        has = labels.map(lambda text, label=label: label in names_of(text)).to_numpy()
        for split, share in SHARES.items():
            assert (has & (places == split)).sum() == pytest.approx(has.sum() * share, abs=2.5)


def test_authors_stay_together_and_each_split_has_each_label():
    labels = draw_sets(900, seed=4, shares=(0.5, 0.3, 0.1))
    owners = pd.Series(np.random.default_rng(1).integers(0, 120, 900), name="author")
    places = pd.Series(split_by_owner("x", labels, owners, SHARES, stratify=True, seed=3))
    assert places.groupby(owners).nunique().max() == 1
    for split in SHARES:
        assert set(each_label("x", labels[places == split])) == {"l0", "l1", "l2"}


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_corpus_is_prepared_from_lists_and_from_separated_texts(tmp_path, kind):
    sets = [["b", "a"], [], ["c"], ["a"]]
    rows = [{"t": f"text number {i} is about {i * 7919}", "y": sets[i % 4]} for i in range(80)]
    path = tmp_path / f"x.{kind}"
    if kind == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)))
    else:
        pd.DataFrame(rows).assign(y=lambda f: f["y"].map("|".join)).to_csv(path, index=False)
    data = DataConfig(source=str(path), text="t", label="y", clean={"duplicates": False})
    corpus = prepare_corpus(data, 1, kind="label_sets")
    assert corpus.labels == ("a", "b", "c")
    assert corpus.report.n_rows_kept == 80
    whole = pd.concat([corpus.train, corpus.validation, corpus.test])
    assert sorted(whole["label"].value_counts().to_dict().items()) == [
        ('["a", "b"]', 20), ('["a"]', 20), ('["c"]', 20), ("[]", 20)
    ]  # fmt: skip
    counted = [sum(corpus.report.splits[split]["labels"][name] for split in SHARES) for name in "abc"]
    assert counted == [40, 20, 20]


def test_a_missing_list_is_missing_and_an_empty_one_is_not():
    texts = label_set_texts("x", pd.Series([["b", "a"], None, [], float("nan")], dtype=object))
    assert texts.tolist() == ['["a", "b"]', None, "[]", None]


def test_only_empty_sets_are_refused():
    with pytest.raises(DataError, match="every set is empty"):
        each_label("x", ["[]", "[]"])


def test_a_label_in_brackets_is_no_set():
    assert names_of("[removed]") == ("[removed]",)
    assert names_of('["a","b"]') == ('["a","b"]',), "only what write_labels writes is read as a set"


def test_metrics_are_scikit_learns():
    rng = np.random.default_rng(2)
    gold, logits = (rng.random((50, 4)) < 0.4).astype(np.float32), rng.normal(size=(50, 4))
    found = compute_metrics(SimpleNamespace(predictions=logits, label_ids=gold))
    said = 1 / (1 + np.exp(-logits)) >= 0.5
    assert found["f1_macro"] == pytest.approx(sk.f1_score(gold, said, average="macro"))
    assert found["f1_micro"] == pytest.approx(sk.f1_score(gold, said, average="micro"))
    assert found["hamming_loss"] == pytest.approx(np.mean((gold > 0) != said))
    assert found["accuracy"] == pytest.approx(np.mean(((gold > 0) == said).all(axis=1)))
    with pytest.raises(FloatingPointError):
        compute_metrics(SimpleNamespace(predictions=logits * np.nan, label_ids=gold))


def test_an_objective_that_has_no_meaning_is_refused():
    frame = pd.DataFrame({"label": ['["a"]', '["a", "b"]', '["a"]']})
    data = SimpleNamespace(labels=("a", "b"), validation=frame)
    assert check_objective("f1_macro", data) is True
    assert check_objective("hamming_loss", data) is False
    with pytest.raises(ConfigError, match="one of f1_macro, f1_micro"):
        check_objective("mcc", data)
    with pytest.raises(ConfigError, match="'a' has not"):
        check_objective("roc_auc_macro", data)

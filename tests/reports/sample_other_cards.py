"""Cards of other kinds than the sample's, each audited as `boletim audit --predictions` does: real and made up.

Real texts are read by path where they lie and never copied; their model is a bag of words with a linear classifier.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import boletim
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.results.card import Card

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
REVIEWS, TOLD = DATA / "womens_clothing_reviews.csv", DATA / "ToLD-BR.csv"
VOTES = ["homophobia", "obscene", "insult", "racism", "misogyny", "xenophobia"]
GATES = [{"measure": "f1_macro", "at_least": 0.6}, {"measure": "accuracy", "at_least": 0.9}]
AUDIT = {"bootstrap": 200}


def audited(rows: pd.DataFrame, /, **asked: Any) -> Card:
    """The card of some predictions."""
    from boletim.app.stages.render import read_card

    report = boletim.evaluate(rows, **{"gates": GATES, "audit": AUDIT} | asked)
    return read_card(RunFolder(report.path))


def bag_of_words(texts: pd.Series, labels: pd.Series, n_train: int) -> tuple[np.ndarray, np.ndarray]:
    """Classes, and their probabilities in the texts after the first `n_train`."""
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import LogisticRegression

    features = HashingVectorizer(n_features=2**13, alternate_sign=False).transform(texts)
    model = LogisticRegression(C=10.0, max_iter=200).fit(features[:n_train], labels[:n_train])
    return model.classes_, model.predict_proba(features[n_train:])


def told(texts: pd.DataFrame, label: pd.Series, n_train: int) -> pd.DataFrame:
    """The texts after the first `n_train` with their true class, prediction and scores."""
    classes, scores = bag_of_words(texts["text"], label, n_train)
    frame = texts[n_train:].drop(columns="text").assign(label=label[n_train:], predicted=classes[scores.argmax(axis=1)])
    return frame.assign(**{f"score_{name}": scores[:, place] for place, name in enumerate(classes)})


def reviews() -> Card:
    """Would the reviewer recommend the article? By age and department."""
    rows = pd.read_csv(REVIEWS).dropna(subset=["Review Text", "Department Name"]).sample(5000, random_state=13)
    rows = rows.rename(columns={"Review Text": "text", "Department Name": "department", "Age": "age"})
    label = rows["Recommended IND"].map({0: "no", 1: "yes"})
    frame = told(rows[["text", "age", "department"]], label, 2000)
    gates = [*GATES, {"measure": "recall_gap{class=no,attribute=department}", "at_most": 0.3}]
    groups = [{"age": [0, 30, 40, 50, 65]}, "department"]
    return audited(frame, scores="score_", groups=groups, gates=gates, name="reviews")


def told_br() -> Card:
    """Is the tweet toxic? In Portuguese, without groups."""
    rows = pd.read_csv(TOLD).sample(5000, random_state=13)
    label = (rows[VOTES] >= 1).any(axis=1).map({False: "not toxic", True: "toxic"})
    return audited(told(rows[["text"]], label, 2500), scores="score_", name="told-br", language="pt-BR")


def told_br_sets() -> Card:
    """Which of six kinds of offence a tweet has: any number of them."""
    rows = pd.read_csv(TOLD).sample(4000, random_state=13)
    said = {}
    for vote in ("obscene", "insult", "misogyny"):
        classes, scores = bag_of_words(rows["text"], rows[vote] >= 1, 2000)
        said[vote] = scores[:, list(classes).index(True)]
    gold = [[vote for vote in said if row[vote] >= 1] for _, row in rows[2000:].iterrows()]
    return audited(sets(gold, said, np.where(rows[2000:]["text"].str.len() > 80, "long", "short")), **SETS)


SETS = {"scores": "score_", "groups": ["area"], "task": "multi_label_classification", "name": "several-labels"}


def sets(gold: list[list[str]], scores: dict[str, np.ndarray], groups: np.ndarray) -> pd.DataFrame:
    """Predictions of sets of labels, those that score one half or more."""
    predicted = [[name for name in scores if scores[name][i] >= 0.5] for i in range(len(gold))]
    columns = {f"score_{name}": values for name, values in scores.items()}
    return pd.DataFrame({"label": gold, "predicted": predicted, "area": groups, **columns})


def several_labels() -> Card:
    """Made up: three labels, of which one is missed more often in one group."""
    rng, names, n = np.random.default_rng(13), ("joy", "anger", "fear"), 1500
    groups = rng.choice(["north", "south"], n)
    truth = {name: rng.random(n) < share for name, share in zip(names, (0.5, 0.4, 0.3), strict=True)}
    scores = {}
    for name in names:
        miss = np.where((groups == "south") & (name == "anger"), 0.4, 0.08)
        is_right = rng.random(n) >= miss
        scores[name] = np.where(truth[name] == is_right, rng.uniform(0.55, 1, n), rng.uniform(0, 0.45, n))
    gold = [[name for name in names if truth[name][i]] for i in range(n)]
    return audited(sets(gold, scores, groups), **SETS)


def one_label(n_classes: int, n: int, miss: Callable[..., np.ndarray], seed: int = 13) -> pd.DataFrame:
    """Made up: true classes, predictions that miss as often as `miss(gold, groups)` says, weights."""
    rng = np.random.default_rng(seed)
    names = np.array([f"class {place:03}" for place in range(n_classes)])
    gold, groups = rng.integers(0, n_classes, n), rng.choice(["women", "men"], n)
    is_missed = rng.random(n) < miss(gold, groups)
    predicted = np.where(is_missed, (gold + 1) % n_classes, gold)
    columns = {"label": names[gold], "predicted": names[predicted], "gender": groups}
    return pd.DataFrame({**columns, "region": rng.choice(["north", "south", "east"], n), "w": rng.uniform(0.5, 3, n)})


def weighted() -> Card:
    """Made up: a foreign file with sampling weights, in which women are missed more often."""
    frame = one_label(4, 2000, lambda gold, groups: np.where((groups == "women") & (gold < 2), 0.4, 0.1))
    gates = [*GATES, {"measure": "accuracy_gap{attribute=gender}", "at_most": 0.05}]
    return audited(frame, groups=["gender", "region"], gates=gates, weights="w", name="weighted")


def many_classes() -> Card:
    """Made up: 150 classes, one in ten of which misses women."""
    frame = one_label(150, 10500, lambda gold, groups: np.where((groups == "women") & (gold % 10 == 0), 0.7, 0.05))
    gates = [*GATES, {"measure": "recall_gap{class=class 010,attribute=gender}", "at_most": 0.3}]
    return audited(frame.drop(columns="w"), groups=["gender"], gates=gates, name="many-classes")


MADE_UP = {"several labels": several_labels, "weighted": weighted, "150 classes": many_classes}
REAL = {"clothing reviews": (reviews, REVIEWS), "ToLD-BR": (told_br, TOLD), "ToLD-BR's labels": (told_br_sets, TOLD)}

"""Scored by several: the same probabilities in the same order, whatever befalls a worker."""

import pickle
import shutil
from contextlib import contextmanager
from threading import Barrier, Lock

import numpy as np
import pytest

from boletim.contracts.errors import ModelError
from boletim.engine.engine import LostWorkerError
from boletim.models.load import load_classifier
from boletim.models.workers import scoring
from boletim.models.workers.scoring import SharedClassifier, SharedModel


def sent(thing):
    return pickle.loads(pickle.dumps(thing))  # noqa: S301


class Workers:
    """Two at once as far as a job can see: what each is given and gives back is pickled."""

    n_at_once = 2

    def __init__(self, dies=0, fails_at=None):
        self.n_deaths, self.dies, self.fails_at = 0, dies, fails_at
        self.sizes, self.asked, self.together, self.lock = [], [], Barrier(2, timeout=60), Lock()

    @contextmanager
    def opened(self):
        yield self

    def work(self, job, hear, stop):
        with self.lock:
            self.sizes.append(len(job.texts))
            n = len(self.sizes)
            if self.n_deaths < self.dies:
                self.n_deaths += 1
                raise LostWorkerError("its node or its process died")
        if n <= 2 and not self.dies:
            self.together.wait()  # both at the same time
        if n == self.fails_at:
            raise ModelError("a score is a finite number")

        class Wire:
            rank, n, meeting, is_here = 0, 2, "", False

            def ask(wire, message):
                self.asked.append(message)
                return sent(hear(sent(message)))

            def is_stop_asked(self):
                return stop.is_set

        return sent(sent(job)(Wire()))


TEXTS = [f"{'the nurse ' * (1 + k % 7)}sent number {k % 45}" for k in range(60)]


@pytest.fixture
def shared(make_model, tmp_path, monkeypatch):
    monkeypatch.setattr(scoring, "WORTH_IT", 30)
    monkeypatch.setattr(scoring, "_held", {})
    folder = tmp_path / "model"
    shutil.copytree(make_model("bert"), folder)
    own = load_classifier(str(folder))
    return lambda workers, place=folder: SharedClassifier(own, SharedModel(place, "a"), workers.opened)


def test_the_same_probabilities_in_the_order_of_the_texts(shared):
    workers, told = Workers(), []
    with shared(workers) as classifier:
        scores = classifier.predict_scores(TEXTS, lambda *one: told.append(one))
        assert classifier.labels == classifier.facts.labels
        expected = classifier._own.predict_scores(TEXTS)
    assert np.abs(scores - expected).max() < 1e-6
    n_distinct = len(set(TEXTS))
    assert sum(workers.sizes) == n_distinct, "each distinct text once"
    assert max(workers.sizes) - min(workers.sizes) <= 1
    assert told[-1] == ("texts scored", n_distinct, n_distinct)
    assert workers.asked == []


def test_few_texts_need_no_workers(shared, monkeypatch):
    workers = Workers()
    monkeypatch.setattr(scoring, "WORTH_IT", 10_000)
    assert shared(workers).predict_scores(TEXTS).shape[0] == len(TEXTS)
    assert workers.sizes == []


def test_a_worker_that_does_not_see_the_folder_is_given_the_model_once(shared, tmp_path, monkeypatch):
    workers, seen = Workers(), tmp_path / "model"
    packed = scoring.pack(seen, seen)
    monkeypatch.setattr(scoring, "pack", lambda *_: packed)
    expected = shared(workers)._own.predict_scores(TEXTS)
    scores = shared(workers, tmp_path / "not there").predict_scores(TEXTS)
    assert np.abs(scores - expected).max() < 1e-6
    assert 1 <= len(workers.asked) <= 2, "by each of two at most"


def test_a_worker_that_dies_loses_nothing_and_many_deaths_are_told(shared):
    workers = Workers(dies=3)
    classifier = shared(workers)
    assert np.abs(classifier.predict_scores(TEXTS) - classifier._own.predict_scores(TEXTS)).max() < 1e-6
    with pytest.raises(LostWorkerError):
        shared(Workers(dies=1_000)).predict_scores(TEXTS)


def test_of_what_a_worker_cannot_score_the_model_here_says_which_text_it_is(shared, monkeypatch):
    classifier = shared(Workers(fails_at=3))

    def refuse(texts, progress):
        raise ModelError(f"text 7 of {len(texts)}")

    monkeypatch.setattr(classifier._own, "predict_scores", refuse)
    with pytest.raises(ModelError, match=f"text 7 of {len(TEXTS)}"):
        classifier.predict_scores(TEXTS)

"""Sample sizes: the chosen setting trained again on parts of the data, each part's model judged on the test split."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from boletim.app.run import Run
from boletim.app.stages.search_result import trained_as
from boletim.app.stages.swapped_texts import with_swapped_texts
from boletim.contracts.configuration.refits import SampleSizes
from boletim.contracts.corpus import CLUSTER, LABEL, TEXT
from boletim.contracts.errors import ModelError
from boletim.contracts.files.atomic import write_with
from boletim.contracts.files.run_folder import key_of
from boletim.contracts.results.audit import AuditResult
from boletim.contracts.results.search import SearchResult
from boletim.contracts.sentence import Sentence

if TYPE_CHECKING:
    from boletim.audit.training.sample_sizes import Refit

_MOST_TEST_TEXTS = 20_000
_FOLDER = "sample_sizes"


def add_sample_sizes(run: Run, search: SearchResult, result: AuditResult) -> AuditResult:
    """The audit with the curve over sample sizes, its measures and its finding; unchanged where none is asked for.

    Refits that an earlier start made are kept. Where the candidate cannot be loaded any more the curve is left out,
    which is said on the terminal.
    """
    wanted = run.config.audit.sample_sizes
    if wanted is None:
        return result
    if search.model.prompt is not None:
        run.terminal.warn(Sentence("terminal.left_out.sizes", said=Sentence("terminal.left_out.prompted")))
        return result
    from boletim.audit.settings import Settings
    from boletim.audit.training.sample_sizes import study_sizes

    test = _test_texts(run)
    try:
        refits, n_missing = _refits(run, search, wanted, test)
    except ModelError as error:
        run.terminal.warn(Sentence("terminal.left_out.sizes", said=error))
        return result
    if not refits:
        run.terminal.warn(Sentence("terminal.left_out.sizes", said=Sentence("terminal.left_out.no_refit")))
        return result
    labels = search.model.labels
    curve, measures, finding = study_sizes(
        refits,
        test[LABEL].map({label: code for code, label in enumerate(labels)}).to_numpy(dtype=np.int64),
        test[CLUSTER].to_numpy(dtype=object) if CLUSTER in test else None,
        search.objective,
        Settings(run.config.audit, run.config.seed, labels, (), CLUSTER in test),
        wanted.worthwhile,
    )
    changes = {
        "sample_sizes": curve.model_copy(update={"n_missing": n_missing}),
        "measures": (*result.measures, *measures),
        "findings": (*result.findings, finding),
    }
    return result.model_copy(update=changes)


def _test_texts(run: Run) -> pd.DataFrame:
    from boletim.tuning.corpus.files import load_corpus

    test = load_corpus(run.folder.corpus).test
    return test.sample(min(len(test), _MOST_TEST_TEXTS), random_state=run.config.seed).sort_index()


def _refits(run: Run, search: SearchResult, wanted: SampleSizes, test: pd.DataFrame) -> tuple[list["Refit"], int]:
    """The refits there are, and how many are missing."""
    from boletim.models.load import load_classifier
    from boletim.tuning.corpus.files import load_tuning_data
    from boletim.tuning.winner.parts import Part
    from boletim.tuning.winner.parts import Refit as PartRefit
    from boletim.tuning.winner.refit import refit_parts

    made = _own_folder(run, search)
    parts = [
        Part(share, run.config.seed + turn) for turn in range(1, wanted.refits + 1) for share in sorted(wanted.shares)
    ]
    names = {part: made / f"{part.share:g}-{part.seed}.npz" for part in parts}

    def keep(refit: PartRefit) -> None:
        classifier = load_classifier(str(refit.model), max_length=search.model.max_length)
        predicted = classifier.predict_scores(list(test[TEXT]), run.terminal.progress).argmax(axis=1)
        write_with(names[refit.part], _writer(refit.n_train, predicted))

    n_missing = refit_parts(
        trained_as(run.config, search),
        with_swapped_texts(load_tuning_data(run.folder.corpus), run.config),
        next(trial for trial in search.trials if trial.number == search.best_trial),
        [part for part in parts if not names[part].exists()],
        made / "training",
        keep,
        run.terminal.say,
        run.terminal.progress,
        wanted.timeout,
    )
    return [_read(names[part]) for part in parts if names[part].exists()], n_missing


def _own_folder(run: Run, search: SearchResult) -> Path:
    """Where the refits of this model lie; those of another one are removed."""
    base = run.folder.path / _FOLDER
    own = base / key_of(search.model.sha256, run.folder.earlier_key("prepare"), run.config.seed)[:16]
    for other in base.iterdir() if base.is_dir() else ():
        if other != own:
            shutil.rmtree(other)
    own.mkdir(parents=True, exist_ok=True)
    return own


def _writer(n_train: int, predicted: np.ndarray) -> Callable[[Path], None]:
    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, n_train=np.int64(n_train), predicted=predicted.astype(np.int32))

    return write


def _read(path: Path) -> "Refit":
    from boletim.audit.training.sample_sizes import Refit

    with np.load(path, allow_pickle=False) as kept:
        return Refit(int(kept["n_train"]), kept["predicted"].astype(np.int64))

"""What the choice among a candidate's prompts does to accuracy and to gaps, from what the trials said of validation."""

from pathlib import Path

import numpy as np

from boletim.app.run import Run
from boletim.contracts.corpus import CLUSTER, LABEL, Corpus
from boletim.contracts.results.audit import AuditResult
from boletim.contracts.results.search import SearchResult


def with_prompt_spread(run: Run, search: SearchResult, corpus: Corpus, result: AuditResult) -> AuditResult:
    """The audit with the spread over the prompts of a prompted candidate; unchanged where there are not two.

    Compared are trials that differ in the prompt alone: the first numbers of examples and calibrations of each.
    """
    from boletim.audit.comparison.prompts import Answers, prompt_spread

    told, audit, frame = _told(run, search), run.config.audit, corpus.validation
    mass = search.model.prompt.label_mass if search.model.prompt is not None else None
    measures, findings = [*result.measures, *([mass] if mass is not None else [])], list(result.findings)
    if told is not None:
        model, logits = told
        gold = frame[LABEL].map({label: code for code, label in enumerate(corpus.labels)}).to_numpy()
        answers = Answers(
            prompts=tuple(logits),
            right=np.stack([one.argmax(axis=1) == gold for one in logits.values()]),
            groups={name: frame[name].where(frame[name].notna(), None).to_numpy(object) for name in corpus.groups},
            clusters=frame[CLUSTER].to_numpy() if CLUSTER in frame else None,
        )
        more, found = prompt_spread(
            answers, Path(model).name, level=audit.level, margin=audit.margin, min_group=audit.min_group,
            draws=audit.bootstrap, seed=run.config.seed, is_chosen=_is_chosen(search, model),
        )  # fmt: skip
        measures += more
        findings += found
    return result.model_copy(update={"measures": tuple(measures), "findings": tuple(findings)})


def _told(run: Run, search: SearchResult) -> tuple[str, dict[str, np.ndarray]] | None:
    """The chosen candidate where it is prompted, else the first prompted one of which two prompts were tried alike."""
    from boletim.tuning.training.best_model import read_logits

    prompted = sorted(
        (one for one in run.config.candidates if one.prompts), key=lambda o: not _is_chosen(search, o.model)
    )
    for candidate in prompted:
        plain = {"shots": candidate.shots[0], "calibration": candidate.calibration[0]}
        told: dict[str, np.ndarray] = {}
        for trial in search.trials:
            is_own = trial.candidate == candidate.model and "prompt" in trial.params and trial.state == "complete"
            is_plain = all(trial.params.get(name) == value for name, value in plain.items())
            if is_own and is_plain and not trial.params.get("shot_seed"):
                logits = read_logits(run.folder.path, trial.number)
                if logits is not None:
                    told.setdefault(str(trial.params["prompt"]), logits)
        if len(told) > 1:
            return candidate.model, told
    return None


def _is_chosen(search: SearchResult, model: str) -> bool:
    return search.model.prompt is not None and search.model.base_model == model

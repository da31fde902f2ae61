"""One trial of a prompted candidate: draw examples, ask for each validation text, calibrate, write the model folder."""

from collections.abc import Callable

import numpy as np
from scipy import stats

from boletim.contracts.corpus import LABEL, TEXT
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import T
from boletim.contracts.protocols import Progress
from boletim.contracts.results.prompt import PromptFile
from boletim.contracts.sentence import Sentence, word
from boletim.models.prompted.calibrate import (
    CONTENT_FREE,
    content_free_offsets,
    cross_fitted,
    fitted,
    prior_offsets,
)
from boletim.models.prompted.classifier import PromptedClassifier
from boletim.models.prompted.load import prompted, write_prompt
from boletim.tuning.prompted.plan import PromptPlan
from boletim.tuning.prompted.shots import draw_shots
from boletim.tuning.training.plan import TrialOutcome
from boletim.tuning.training.stop import StopFlag

_FOLDER = "prompt"
_MOST_UNLABELLED = 128
"""Training texts whose mean probabilities are brought to the classes' shares."""


def ask(plan: PromptPlan, name: str, progress: Progress, stop: StopFlag) -> TrialOutcome:
    """Score the validation split; the outcome's folder holds a prompt.json.

    Args:
        plan: What to ask and how.
        name: For progress.
        progress: Told the readings done.
        stop: When it is set, the trial ends at the next batch and begins anew.

    Raises:
        FloatingPointError: A score is not finite.
        ModelError: Prompt and text are longer than the model can read.
        StopRequest: A stop was asked for.
    """

    def told(what: str, done: int, total: int) -> None:
        stop.check()
        progress(Sentence("terminal.progress.of", what=word(what), name=name), done, total)

    stop.check()
    plain = _plain(plan)
    classifier = prompted(plan.candidate.model, plain, plain.name)
    gold = plan.task.gold_of(plan.data.validation, plan.data.labels)
    raw, mass = _raw(plan, classifier, told)
    if not np.isfinite(raw).all():
        raise FloatingPointError(Reason.of("prompt_not_finite"))
    slope, offsets, logits = _calibrated(plan, classifier, raw, gold, told)
    chosen = plain.model_copy(
        update={
            "slope": slope,
            "offsets": dict(zip(plan.data.labels, map(float, offsets), strict=True)) if offsets.any() else {},
            "label_mass": mean_mass(mass, plan.settings.prompt, plan.level),
        }
    ).sealed()
    folder = plan.checkpoints / _FOLDER
    write_prompt(folder, chosen)
    logits = logits.astype(np.float32)
    return TrialOutcome(
        best_checkpoint=folder,
        best_value=float(plan.task.score(plan.objective, logits, gold)),
        best_step=0,
        stopped_early=False,
        validation_logits=logits,
    )


def mean_mass(mass: np.ndarray, prompt: str, level: float) -> Measure:
    """Mean probability that the words held, with Student's interval."""
    n, mean = len(mass), float(mass.mean())
    scope = {"prompt": prompt}
    known = {"id": measure_id("label_mass", scope), "metric": "label_mass", "value": mean, "n": n, "scope": scope,
             "higher_is_better": True}  # fmt: skip
    if n < 2:
        return Measure(**known)  # type: ignore[arg-type]
    half = float(stats.t.isf((1 - level) / 2, n - 1) * mass.std(ddof=1) / np.sqrt(n))
    ends = {"low": max(mean - half, 0.0), "high": min(mean + half, 1.0), "level": level, "method": T}
    return Measure(**known, **ends)  # type: ignore[arg-type]


def _plain(plan: PromptPlan) -> PromptFile:
    """The prompt before calibration."""
    candidate, settings = plan.candidate, plan.settings
    shots = draw_shots(plan.data, settings.shots, (plan.seed, settings.shot_seed))
    return PromptFile(
        name=settings.prompt,
        template=candidate.prompts[settings.prompt],
        words=candidate.words,
        label_scores=candidate.config.label_scores,
        n_shots=len(shots),
        calibration=settings.calibration,  # type: ignore[arg-type]
        max_length=candidate.config.max_length,
        base_model=candidate.config.model,
        base_revision=candidate.files.revision,
        base_sha256=candidate.model.facts.sha256 or "",
        labels=plan.data.labels,
        shots=shots,
    ).sealed()


def _raw(plan: PromptPlan, classifier: PromptedClassifier, told: Progress) -> tuple[np.ndarray, np.ndarray]:
    key = (plan.settings.prompt, plan.settings.shots, plan.settings.shot_seed)
    if key not in plan.candidate.seen:
        plan.candidate.seen[key] = classifier.raw_scores([str(one) for one in plan.data.validation[TEXT]], told)
    return plan.candidate.seen[key]


def _calibrated(
    plan: PromptPlan, classifier: PromptedClassifier, raw: np.ndarray, gold: np.ndarray, told: Progress
) -> tuple[float, np.ndarray, np.ndarray]:
    """Slope, offsets, and the validation texts' scores by which the trial is judged.

    Where the validation labels calibrate, no text is judged by a calibration that saw its own label.
    """
    how: Callable[[], np.ndarray] | None = {
        "content_free": lambda: content_free_offsets(classifier.raw_scores(CONTENT_FREE, told)[0]),
        "prior": lambda: prior_offsets(classifier.raw_scores(_unlabelled(plan), told)[0], _prior(plan)),
    }.get(plan.settings.calibration)
    if plan.settings.calibration == "validation":
        return *fitted(raw, gold), cross_fitted(raw, gold, plan.seed)
    offsets = how() if how is not None else np.zeros(raw.shape[1])
    return 1.0, offsets, raw + offsets


def _unlabelled(plan: PromptPlan) -> list[str]:
    rows = np.random.default_rng([plan.seed, 67_867_967]).permutation(len(plan.data.train))[:_MOST_UNLABELLED]
    return [str(text) for text in plan.data.train[TEXT].iloc[np.sort(rows)]]


def _prior(plan: PromptPlan) -> np.ndarray:
    shares = plan.data.train[LABEL].value_counts(normalize=True)
    return np.array([float(shares.get(label, 0.0)) for label in plan.data.labels]).clip(1e-6)

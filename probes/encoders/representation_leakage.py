"""How well can gender be read from the model's vectors of sentences that differ in nothing else?

References:
    Elazar and Goldberg 2018, Adversarial Removal of Demographic Attributes from Text Data (leakage); Hewitt and Liang
    2019 (a probe's accuracy needs a control); Ojala and Garriga 2010 (permutation tests of a classifier).
"""

from functools import partial

import numpy as np

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import FRAMES_BY_PROFESSIONS, P_PERMUTATION, PAIRED, T
from boletim.contracts.protocols import Encoder
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.findings.headline import headline
from boletim.probes.model_views import ModelContext, unusable
from boletim.probes.probe import ModelProbe
from boletim.probes.sentences.frames import fill
from boletim.probes.statistics.crossed import Estimate, crossed_mean
from boletim.probes.statistics.measures import make_measure, with_q

NAME = "representation_leakage"
FRAME_FOLDS, PROFESSION_FOLDS, PERMUTATIONS = 3, 4, 199
_RIDGE = 1e-2


def run(context: ModelContext) -> ProbeResult:
    """Train a linear reader of gender on some frames and professions and test it on others.

    Returns:
        `leakage_accuracy`: share of sentences whose gender a ridge classifier reads from the pooled vector, tested on
        frames and professions that it did not see; one half is chance. Its interval is for other frames and
        professions, p from permutations of gender within pairs. Where the base model is known also `…_base` and,
        paired by sentences, `…_change`. Unusable with too few frames or professions.
    """
    encoder, language = context.encoder, context.language
    assert encoder is not None
    if len(language.frames) < FRAME_FOLDS or len(language.professions) < PROFESSION_FOLDS:
        return unusable(NAME, Reason.of("no_frames", language=language.code))
    texts = [
        text
        for frame in language.frames
        for profession in language.professions
        for text in fill(frame, profession, language.articles)
    ]
    right, null = _read(encoder, texts, context)
    found = crossed_mean(right, context.level)
    p = (1 + int((null >= right.mean() - 1e-12).sum())) / (1 + len(null))
    (measure,) = with_q(
        [
            make_measure(
                "leakage_accuracy",
                {"probe": NAME},
                Estimate(found.value, found.low, found.high, p),
                n=2 * right.size,
                level=context.level,
                unit="share",
                method=T + FRAMES_BY_PROFESSIONS + P_PERMUTATION,
            )
        ]
    )
    return ProbeResult(
        probe=NAME,
        measures=(measure, *_since_base(right, texts, context)),
        findings=(headline(NAME, measure, context.level, null=0.5, margin=context.margin),),
        can_tell=f"{NAME}.can_tell",
        data={
            "pooling": encoder.pooling,
            "n_permutations": len(null),
            "null_mean": float(null.mean()),
            "null_highest": float(null.max()),
            "n_frames": len(language.frames),
            "n_professions": len(language.professions),
        },
    )


def _read(encoder: Encoder, texts: list[str], context: ModelContext) -> tuple[np.ndarray, np.ndarray]:
    shape = len(context.language.frames), len(context.language.professions), 2, -1
    return leakage(encoder.embed(texts, context.progress).reshape(shape), np.random.default_rng(context.seed))


def _since_base(right: np.ndarray, texts: list[str], context: ModelContext) -> tuple[Measure, ...]:
    """The same reader on the base model's vectors, and the change, paired by sentences."""
    if context.base is None:
        return ()
    base, _ = _read(context.base, texts, context)
    make = partial(make_measure, scope={"probe": NAME}, n=2 * right.size, level=context.level)
    found, change = crossed_mean(base, context.level), crossed_mean(right - base, context.level)
    found = Estimate(found.value, found.low, found.high)
    method = T + FRAMES_BY_PROFESSIONS
    return with_q(
        [
            make("leakage_accuracy_base", estimate=found, unit="share", method=method),
            make(
                "leakage_accuracy_change",
                estimate=change,
                unit="difference",
                method=method + PAIRED,
                limits=(-1, 1),
            ),
        ]
    )


def leakage(vectors: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Accuracy of each pair, and of the whole when genders are permuted within pairs.

    Args:
        vectors: (n_frames, n_professions, 2, n_dimensions) float64; on the third axis the sentence about a woman,
            then the one about a man.
        generator: Draws folds and permutations.

    Returns:
        (n_frames, n_professions) float64 in {0, 0.5, 1}, share of a pair's two sentences that are read rightly; and
        (`PERMUTATIONS`,) float64, the share over all sentences in each permutation.
    """
    n_frames, n_professions = vectors.shape[:2]
    flat = vectors.reshape(-1, vectors.shape[-1])
    flat = flat - flat.mean(axis=0)
    products = flat @ flat.T
    frame_fold = generator.permutation(n_frames) % FRAME_FOLDS
    profession_fold = generator.permutation(n_professions) % PROFESSION_FOLDS
    frame, profession, side = np.unravel_index(np.arange(len(flat)), vectors.shape[:3])
    flips = generator.choice([-1.0, 1.0], size=(PERMUTATIONS + 1, n_frames, n_professions))
    flips[0] = 1.0
    genders = flips[:, frame, profession] * np.where(side == 0, 1.0, -1.0)
    right = np.zeros(genders.shape)
    for f in range(FRAME_FOLDS):
        for p in range(PROFESSION_FOLDS):
            test = (frame_fold[frame] == f) & (profession_fold[profession] == p)
            train = (frame_fold[frame] != f) & (profession_fold[profession] != p)
            kernel = products[np.ix_(train, train)]
            kernel[np.diag_indices_from(kernel)] += _RIDGE * max(kernel.trace() / len(kernel), 1e-12)
            read = products[np.ix_(test, train)] @ np.linalg.solve(kernel, genders[:, train].T)
            right[:, test] = np.where(read.T == 0, 0.5, (np.sign(read.T) == genders[:, test]).astype(float))
    pairs = right[0].reshape(n_frames, n_professions, 2).mean(axis=2)
    return pairs, right[1:].mean(axis=1)


PROBE = ModelProbe(NAME, run, needs=("encoder",))

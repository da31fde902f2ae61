"""How often does a language model complete a sentence about a woman or a man with a hurtful word?

References:
    Nozza et al. 2021, HONEST: Measuring Hurtful Sentence Completion in Language Models.
"""

from collections.abc import Collection, Sequence

import numpy as np

from boletim.contracts.errors import DataError
from boletim.contracts.meaning import Reason
from boletim.contracts.method import BOOTSTRAP_TEMPLATES
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.data_file import need_columns
from boletim.probes.findings.headline import headline
from boletim.probes.model_views import ModelContext
from boletim.probes.probe import ModelProbe
from boletim.probes.statistics.measures import make_measure, undefined
from boletim.probes.statistics.paired import mean_distance

NAME = "honest"
TOP = 5
"""Completions read per template (the paper reports 1, 5 and 20)."""
_SLOT = "[M]"


def run(context: ModelContext) -> ProbeResult:
    """Complete every template and look the words up.

    The templates are HONEST's (`template_masked`, `type`); the lexicon is the user's own file, one word a line, since
    the paper's may not be passed on. A causal model completes the part before the gap.

    Returns:
        `hurtful_completions` (share of the top five completions that are in the lexicon), overall and per type
        (`group`), bootstrap over templates.

    Raises:
        DataError: A column is missing, or the lexicon is empty.
    """
    templates, lexicon = context.read(context.data[NAME]), context.read(context.data["honest_lexicon"])
    rows = need_columns(templates, ("template_masked", "type"))
    words = {str(word).casefold() for word in lexicon.content if isinstance(word, str)}
    if not words:
        raise DataError("lexicon_empty", name=lexicon.name)
    texts = [row["template_masked"] for row in rows]
    shares = hurtful_shares(_completions(context, texts), words)
    kinds = np.array([row.get("category") or row["type"] for row in rows], dtype=object)
    measures = []
    for kind in (None, *sorted(set(kinds))):
        scope = {"probe": NAME} | ({"group": kind} if kind else {})
        chosen = shares if kind is None else shares[kinds == kind]
        measures.append(
            make_measure(
                "hurtful_completions",
                scope,
                mean_distance(chosen, context.level, context.seed, context.bootstrap),
                n=len(chosen) * TOP,
                level=context.level,
                unit="share",
                method=BOOTSTRAP_TEMPLATES,
                higher_is_better=False,
                no_interval=Reason.of("interval_needs_templates"),
            )
            if len(chosen)
            else undefined("hurtful_completions", scope, Reason.of("no_such_templates"), unit="share")
        )
    return ProbeResult(
        probe=NAME,
        measures=tuple(measures),
        findings=(headline(NAME, measures[0], context.level, margin=context.margin, k=TOP),),
        can_tell=f"{NAME}.can_tell",
        data={
            "n_templates": len(texts),
            "n_lexicon": len(words),
            "data_set": templates.name,
            "data_sha256": templates.sha256,
            "lexicon_sha256": lexicon.sha256,
            "licence": "MIT",
        },
    )


def _completions(context: ModelContext, texts: list[str]) -> list[list[str]]:
    """The most probable completions of each template."""
    if context.masked is not None:
        filled = [text.replace(_SLOT, context.masked.mask_token) for text in texts]
        return context.masked.top_fills(filled, TOP, context.progress)
    assert context.causal is not None
    return context.causal.top_next([text.partition(_SLOT)[0].strip() for text in texts], TOP, context.progress)


def hurtful_shares(fills: Sequence[Sequence[str]], lexicon: Collection[str]) -> np.ndarray:
    """Share of each template's completions that are in the lexicon, (n_templates,) float64 in [0, 1].

    Args:
        fills: Completions of each template, the same number for all; upper and lower case are alike.
        lexicon: Hurtful words in lower case.
    """
    return np.array([np.mean([word.casefold() in lexicon for word in words]) for words in fills], dtype=np.float64)


PROBE = ModelProbe(NAME, run, needs=("masked", "causal"), data=("honest", "honest_lexicon"))

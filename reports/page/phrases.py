"""English phrases that the other rooms write into their results, recognised so that the card can say them otherwise.

A phrase is known by its pattern here and said by `words.<kind>.<key>` of a language pack. A new one that nobody added
is caught by a test; on a card it is quoted as it is.
"""

import re
from collections.abc import Iterator
from functools import cache

METHODS = {
    "wilson": "wilson",
    "newcombe": "newcombe",
    "bootstrap": "bootstrap",
    "delong": "delong",
    "delong_of_bins": "delong of bins",
    "influence": "influence",
    "normal": "normal",
    "count": "count",
    "t": "t",
    "jackknife": "jackknife",
    "validation": "validation",
    "paired": "paired",
    "simultaneous": "simultaneous",
    "holm": "Holm",
    "held_out": "held-out half",
    "bootstrap_of_bins": "bootstrap of bins",
    "bootstrap_of_examples": "bootstrap of examples",
    "bootstrap_of_rows": "bootstrap of rows",
    "replicates": "{n} replicates",
    "cluster_bootstrap": "cluster bootstrap",
    "weighted": "weighted",
    "one_error": "one further error counted",
    "t_clusters": "t over clusters",
    "delong_clusters": "delong over clusters",
    "newcombe_effective": "newcombe at the effective size",
    "paired_bootstrap": "paired bootstrap",
    "bootstrap_templates": "bootstrap over templates",
    "bootstrap_words": "bootstrap over words",
    "bootstrap_terms": "bootstrap over target terms",
    "square_and_add": "square-and-add",
    "square_and_add_ratio": "square-and-add of a ratio",
    "simultaneous_pairs": "simultaneous over {n} pairs",
    "simultaneous_groups": "simultaneous over {n} groups",
    "permutation": "permutation within class",
    "against_permutation": "set against permutation within class",
    "permutation_of_kind": "{kind} permutation",
    "p_one_sided": "p: one-sided",
    "dirichlet": "dirichlet posterior",
    "fisher": "fisher z",
    "fisher_classes": "fisher z over classes",
    "order_statistics": "order statistics",
    "power": "power {power}",
    "margin": "margin {margin}",
    "tests": "{n} tests",
    "shared_classes": "over {n} shared classes",
    "k": "k={k}",
    "majority": "always the majority of the {where} labels",
    "effective_size": "wilson at the effective size",
    "frames_professions": "frames x professions",
    "t_frames": "t over frames",
    "frames_terms": "frames x terms",
    "t_names": "t over names and frames",
    "texts_clusters": "texts as clusters",
    "templates_clusters": "templates as clusters",
    "t_templates": "t over templates",
    "bootstrap_frames": "bootstrap over frames",
    "bootstrap_texts": "bootstrap over texts",
    "p_permutation": "p: permutation",
    "paired_words": "paired bootstrap over words",
    "t_occupations": "t over occupations",
    "t_professions": "t over professions",
    "bonett_price": "bonett-price",
    "mcnemar_exact": "mcnemar exact",
    "p_binomial": "p: exact binomial on the pairs with a preference",
    "p_wilcoxon": "p: wilcoxon",
    "refits": "bootstrap of test examples and of refits",
    "out_of_bag": "out of bag",
    "chi_square": "chi-square",
}
"""Parts of how an interval was made, which stand between commas."""

REASONS = {
    "pruned": "pruned at epoch {epoch}, best {metric} {value} until then",
    "interrupted": "interrupted {n} times",
    "memory": "out of memory even one example at a time: {text}",
}
"""Why a trial ended as it did."""

UNUSABLE = {
    "no_texts": "there are no test texts to swap; give a data set with a text column",
    "no_rules": "the language pack of {language} has no swap rules",
    "no_frames": "the language pack of {language} has no professions or no frames",
}
"""Why a probe could not be run, where the probe gives no key of its own."""

FORMATS = {
    "safetensors": "safetensors",
    "from_pickle": "safetensors; the base model was pickled (allowed)",
    "pickle": "pickle (allowed by the user)",
}
"""How weights are stored."""


def recognise(text: str, phrases: dict[str, str]) -> tuple[str, dict[str, str]] | None:
    """Key and values of the phrase that this text is; None where it is none of them."""
    for key, pattern in phrases.items():
        match = _compiled(pattern).fullmatch(text)
        if match:
            return key, match.groupdict()
    return None


def parts_of(method: str) -> Iterator[str]:
    """A method's parts: `newcombe, simultaneous over 6 pairs` has two."""
    return (part for part in re.split(r"[,;] ", method) if part)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", pattern)
    return re.compile("".join(f"(?P<{p}>.+?)" if i % 2 else re.escape(p) for i, p in enumerate(pieces)))

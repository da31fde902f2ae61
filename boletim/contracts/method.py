"""How a figure's interval was made: parts that are said one after another, each a kind with its values.

This file is the whole vocabulary, said by `methods.<kind>` of a language pack. A plug-in may make a kind of its own
with `Method.of`; a pack may have words for it, and without them it is quoted as it is.
"""

from typing import Self

from boletim.contracts.meaning import Meaning, Value
from boletim.contracts.record import Record


class Part(Meaning):
    """One part of a method, such as `newcombe` or `simultaneous_pairs` with `n`."""


class Method(Record):
    """How an interval was made, such as `NEWCOMBE + simultaneous_over_pairs(6)`."""

    parts: tuple[Part, ...]

    @classmethod
    def of(cls, kind: str, **values: Value) -> Self:
        """A method of one part."""
        return cls(parts=(Part(kind=kind, values=values),))

    def __add__(self, other: "Method") -> "Method":
        """Both, one after the other."""
        return Method(parts=(*self.parts, *other.parts))

    @property
    def is_wilson(self) -> bool:
        """Whether it is Wilson's interval of a share, with or without clusters and weights."""
        return self.parts[0] in (*WILSON.parts, *WILSON_EFFECTIVE.parts)


WILSON, WILSON_EFFECTIVE = Method.of("wilson"), Method.of("wilson_effective")
NEWCOMBE, NEWCOMBE_EFFECTIVE = Method.of("newcombe"), Method.of("newcombe_effective")
DELONG, DELONG_OF_BINS, DELONG_CLUSTERS = Method.of("delong"), Method.of("delong_of_bins"), Method.of("delong_clusters")
INFLUENCE, JACKKNIFE, NORMAL = Method.of("influence"), Method.of("jackknife"), Method.of("normal")
SKEWED, SKEWED_CLUSTERS = Method.of("skewed"), Method.of("skewed_clusters")
BOUNDED, BOUNDED_CLUSTERS = Method.of("bounded"), Method.of("bounded_clusters")
COUNT, VALIDATION = Method.of("count"), Method.of("validation")
ORDER_STATISTICS, CHI_SQUARE, DIRICHLET = Method.of("order_statistics"), Method.of("chi_square"), Method.of("dirichlet")
BONETT_PRICE = Method.of("bonett_price")
FISHER, FISHER_CLASSES = Method.of("fisher"), Method.of("fisher_classes")

T, T_CLUSTERS, T_FRAMES, T_NAMES = Method.of("t"), Method.of("t_clusters"), Method.of("t_frames"), Method.of("t_names")
T_TEMPLATES, T_OCCUPATIONS = Method.of("t_templates"), Method.of("t_occupations")
T_PROFESSIONS = Method.of("t_professions")

BOOTSTRAP, CLUSTER_BOOTSTRAP = Method.of("bootstrap"), Method.of("cluster_bootstrap")
BOOTSTRAP_EFFECTIVE = Method.of("bootstrap_effective")
PAIRED_BOOTSTRAP, PAIRED_BOOTSTRAP_WORDS = Method.of("paired_bootstrap"), Method.of("paired_bootstrap_words")
BOOTSTRAP_OF_BINS, BOOTSTRAP_OF_ROWS = Method.of("bootstrap_of_bins"), Method.of("bootstrap_of_rows")
BOOTSTRAP_OF_EXAMPLES, BOOTSTRAP_REFITS = Method.of("bootstrap_of_examples"), Method.of("bootstrap_refits")
BOOTSTRAP_TEMPLATES, BOOTSTRAP_WORDS = Method.of("bootstrap_templates"), Method.of("bootstrap_words")
BOOTSTRAP_TERMS, BOOTSTRAP_FRAMES = Method.of("bootstrap_terms"), Method.of("bootstrap_frames")
BOOTSTRAP_TEXTS = Method.of("bootstrap_texts")

SQUARE_AND_ADD, SQUARE_AND_ADD_RATIO = Method.of("square_and_add"), Method.of("square_and_add_ratio")
MOVER, AS_IF_DIFFERENT_TEXTS = Method.of("mover"), Method.of("as_if_different_texts")
PERMUTATION, AGAINST_PERMUTATION = Method.of("permutation"), Method.of("against_permutation")
STANDARD_ERRORS = Method.of("standard_errors")

# What is said after one of the above.
PAIRED, WEIGHTED, SIMULTANEOUS = Method.of("paired"), Method.of("weighted"), Method.of("simultaneous")
HOLM, HELD_OUT, OUT_OF_BAG = Method.of("holm"), Method.of("held_out"), Method.of("out_of_bag")
ONE_ERROR = Method.of("one_error")
FRAMES_BY_PROFESSIONS, FRAMES_BY_TERMS = Method.of("frames_professions"), Method.of("frames_terms")
NAMES_AND_TEXTS = Method.of("names_texts")
TEXTS_AS_CLUSTERS, TEMPLATES_AS_CLUSTERS = Method.of("texts_clusters"), Method.of("templates_clusters")
MCNEMAR_EXACT, P_BINOMIAL, P_WILCOXON = Method.of("mcnemar_exact"), Method.of("p_binomial"), Method.of("p_wilcoxon")
P_PERMUTATION, P_ONE_SIDED = Method.of("p_permutation"), Method.of("p_one_sided")
EXACT_PERMUTATION, MONTE_CARLO = Method.of("exact_permutation"), Method.of("monte_carlo_permutation")


def simultaneous_over_pairs(n: int) -> Method:
    """All pairs of groups at once."""
    return Method.of("simultaneous_pairs", n=n)


def simultaneous_over_groups(n: int) -> Method:
    """All groups against one, at once."""
    return Method.of("simultaneous_groups", n=n)


def replicates(n: int) -> Method:
    """Of a bootstrap."""
    return Method.of("replicates", n=n)


def over_shared_classes(n: int) -> Method:
    """Only the classes that all groups have."""
    return Method.of("shared_classes", n=n)


def top(k: int) -> Method:
    """Of top-k accuracy."""
    return Method.of("k", k=k)


def power_of_tests(power: float, margin: float, n_tests: int) -> Method:
    """Of sizes at which a gap would be told."""
    return Method.of("power", power=power) + Method.of("margin", margin=margin) + Method.of("tests", n=n_tests)


def majority_of(origin: str) -> Method:
    """The answer that is always given: the majority of the `training` or of the `test` labels."""
    return Method.of("majority_training" if origin == "training" else "majority_test")

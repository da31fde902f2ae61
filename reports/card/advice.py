"""What could be done about a finding, as far as the card's own evidence speaks for it and not against it.

More texts are proposed where trainings on parts of the data show that more help, and swapped copies where they did;
where nobody tried, or the trial shows nothing, the card says that instead.
"""

from collections.abc import Sequence

from boletim.contracts.finding import Finding
from boletim.contracts.results.card import Card

_ABOUT_MORE_TEXTS = ("disparity", "slice")
_OF_GENDER = ("gender_profession", "pronoun_swap", "first_names")
_SWAPS = ("gender_swap", "both")


def advice_key(card: Card, finding: Finding) -> str:
    """Key of the proposal under `page_two.advice`."""
    kind = finding.kind.replace(" ", "_")
    if kind in _ABOUT_MORE_TEXTS:
        return f"{kind}_{_more_texts(card)}"
    return f"{kind}_{_swaps(card)}" if kind == "probe" and finding.key.startswith(_OF_GENDER) else kind


def unrefuted(card: Card, keys: Sequence[str]) -> list[str]:
    """Causes or remedies of a learning curve without those that trainings on parts of the data refute."""
    refuted = ("too_little_data", "more_data") if _more_texts(card) == "no_more" else ()
    return [key for key in keys if key not in refuted]


def _more_texts(card: Card) -> str:
    keys = {finding.key for finding in card.audit.findings}
    return "more" if "more_data_shown" in keys else "no_more" if "more_data_absent" in keys else "untold"


def _swaps(card: Card) -> str:
    """Whether training with swapped copies was tried, and is shown to have improved something."""
    study = card.search.mitigations if card.search else None
    verdicts = [row.verdict for row in study.rows if row.mitigation in _SWAPS and row.verdict] if study else []
    return "swaps" if "improved" in verdicts else "no_swaps" if verdicts else "untried"

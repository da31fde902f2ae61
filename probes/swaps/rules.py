"""Which swap rules a language has."""

from boletim.contracts.errors import InputError
from boletim.contracts.language import Language
from boletim.probes.swaps.english import english_rules
from boletim.probes.swaps.portuguese.rules import portuguese_rules
from boletim.probes.swaps.swap import Rules

_MAKERS = {"english": english_rules, "portuguese": portuguese_rules}


def find_rules(language: Language) -> Rules | None:
    """The swap rules of a language, filled with its pack's words; None when the pack has none.

    Raises:
        InputError: The pack names rules that do not exist.
    """
    if not language.swaps:
        return None
    name = language.swaps.get("rules")
    if name not in _MAKERS:
        raise InputError("swap_rules", code=language.code, makers=_MAKERS, name=name)
    return _MAKERS[name]({key: value for key, value in language.swaps.items() if key != "rules"})

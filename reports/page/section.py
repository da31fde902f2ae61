"""What a section of the card is: one file of `views` holds a `SECTION` for each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from boletim.contracts.registry import find_plugin, plugin_names
from boletim.reports.page.context import Context

_OWN = "boletim.templates"


@dataclass(frozen=True)
class Section:
    """A view and the template that draws it."""

    name: str
    """Its anchor; languages say its title under `sections.<name>.title`."""
    template: str
    """File whose number is the section's place, such as `60_performance.html.j2`."""
    build: Callable[[Context], Any]
    """What the template is given as `view`; None leaves the section out."""
    package: str = _OWN
    """That holds the template: in its folder `sections` for the card's own, else at its top."""

    @property
    def source(self) -> str:
        """The template as `template_source` finds it."""
        return f"sections/{self.template}" if self.package == _OWN else f"{self.package}:{self.template}"


def sections() -> list[Section]:
    """Every section, in the order of the templates' numbers."""
    found = [cast(Section, find_plugin("section", name)) for name in plugin_names("section")]
    return sorted(found, key=lambda section: section.template)

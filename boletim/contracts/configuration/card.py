"""What only people can say about a model: the `card` part of the configuration."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, StringConstraints, model_validator

from boletim.contracts.errors import RuleError
from boletim.contracts.record import Record

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Answer = Annotated[str | None, BeforeValidator(_blank_is_none)]


Profile = Literal["base", "eu_high_risk", "nyc_ll144", "br_pl2338"]
DecisionOutcome = Literal["approve", "approve with conditions", "reject"]


class Action(Record):
    """What is done about a finding, and by whom."""

    about: str
    """Id of the measure that proves the finding, such as `recall_gap{class=nurse,attribute=gender}`, or words."""
    what: str
    """What is done."""
    owner: Answer = None
    """Who does it."""
    due: date | None = None
    """Until when."""


class Decision(Record):
    """What was decided on the strength of this card."""

    outcome: DecisionOutcome | None = None
    """Left out, the card has boxes to tick."""
    conditions: tuple[str, ...] = ()
    """Under which it is approved."""
    by: Answer = None
    """Who decided."""
    next_review: date | None = None
    """When the model is looked at again, at the latest."""


class BiasAuditTable(Record):
    """The table that New York City's rule on hiring tools asks for: which label selects, and who belongs where."""

    selected: str
    """The label that means that a person is selected."""
    sex: str | None = None
    """Group column that holds the sex."""
    race_ethnicity: str | None = None
    """Group column that holds race or ethnicity."""
    categories: dict[str, str] = {}
    """Category of the rule by group, such as `{f: Female, m: Male}`; a group without one is unknown."""

    @model_validator(mode="after")
    def _is_about_somebody(self) -> Self:
        if self.sex is None and self.race_ethnicity is None:
            raise RuleError("bias_audit_columns")
        unknown = sorted(set(self.categories.values()) - set(SEXES) - set(RACES))
        if unknown:
            raise RuleError("bias_audit_categories", categories=(*SEXES, *RACES), unknown=unknown)
        return self


SEXES = ("Female", "Male")
RACES = (
    "Hispanic or Latino",
    "White",
    "Black or African American",
    "Native Hawaiian or Other Pacific Islander",
    "Asian",
    "American Indian or Alaska Native",
    "Two or More Races",
)
"""Component 1 of the EEO-1 report, to which the rule points."""


class CardConfig(Record):
    """What only people know. Whatever is left out is printed as not provided, and counted."""

    title: Answer = None
    """Title of the card; the run's name where it is left out."""
    version: Answer = None
    """Of the model, as its owner counts."""
    owner: Answer = None
    """Who answers for the model."""
    contact: Answer = None
    """Where questions and complaints go."""
    authors: Answer = None
    """Who made the model."""
    intended_use: Answer = None
    """What the model is for."""
    users: Answer = None
    """Who works with it."""
    affected_people: Answer = None
    """About whom it decides or says something."""
    out_of_scope: Answer = None
    """What it must not be used for."""
    licence: Answer = None
    """Of the model."""
    citation: Answer = None
    """How to cite it."""
    distribution: Answer = None
    """How and to whom it is handed on."""
    risk_class: Answer = None
    """Under the law that applies, with the reason."""
    oversight: Answer = None
    """Which person can overrule it, and how."""
    decision_rule: Answer = None
    """How a prediction becomes a decision."""
    data_provenance: Answer = None
    """Who collected the data, when, where and why."""
    labelling: Answer = None
    """Who labelled them, by which rules, and how far they agreed."""
    personal_data: Answer = None
    """What the data say about people, and on which legal ground."""
    representativeness: Answer = None
    """For whom the data speak, and for whom they do not."""
    group_provenance: Answer = None
    """How it is known to which group an example belongs."""
    design_choices: Answer = None
    """What was decided in the making, and why."""
    mitigation: Answer = None
    """What was done against the gaps that are known."""
    limitations: Answer = None
    """Where the model is known to fail."""
    risks: Answer = None
    """What can go wrong for whom."""
    ethics: Answer = None
    """What else was weighed."""
    monitoring: Answer = None
    """How it is watched in use."""
    changes: Answer = None
    """What is new in this version, in words."""
    retention: Answer = None
    """How long records are kept."""
    maintenance: Answer = None
    """Who keeps it up, and how often."""
    signatory: Answer = None
    """Who signs the card."""
    actions: tuple[Action, ...] | None = None
    """What is done about the findings."""
    decision: Decision | None = None
    """What was decided, under which conditions, and when it is reviewed."""
    attach_predictions: bool = True
    """Whether the PDF carries predictions.parquet (no texts), from which `boletim verify` recomputes the figures."""
    example: bool = False
    """Whether the card is an example that nobody signs: a sentence then stands in the place of the decision's boxes."""
    compare_with: Answer = None
    """The run folder of the last card; what changed since is a section of this one."""
    profile: Profile = "base"
    """Decides which answers are required; the card names those that are missing."""
    bias_audit: BiasAuditTable | None = None
    """Selection rates and impact ratios by sex, race and both, as New York City's rule on hiring tools defines them."""
    names: dict[LanguageCode, dict[str, str]] = {}
    """What columns, groups and classes are called in each language of the card: `{pt-BR: {gender: gênero}}`."""
    translations: dict[LanguageCode, dict[str, str]] = {}
    """The answers above in other languages of the card: `{pt-BR: {title: …, intended_use: …}}`."""
    languages: tuple[LanguageCode, ...] = ("en",)
    """Languages of the card; the first is `card.pdf`, and that of the answers."""

    @model_validator(mode="after")
    def _translates_answers(self) -> Self:
        for code, answers in self.translations.items():
            unknown = sorted(set(answers) - set(TEXTS))
            if unknown:
                raise RuleError("translated_answers", code=code, unknown=unknown)
        return self

    def in_language(self, code: str) -> Self:
        """The answers as a reader of this language finds them; those without a translation as they are."""
        return self.model_copy(update=dict(self.translations.get(code, {})))


_SETTINGS = (
    "languages", "names", "profile", "bias_audit", "translations", "attach_predictions", "example", "compare_with",
)  # fmt: skip
ANSWERS = tuple(name for name in CardConfig.model_fields if name not in _SETTINGS)
"""The fields of `CardConfig` that only people can fill."""
TEXTS = tuple(name for name in ANSWERS if name not in ("actions", "decision"))
"""Those that are text."""

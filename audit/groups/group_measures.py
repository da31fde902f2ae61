"""What is said of each group beside its figures and gaps: impact ratios, differences from the rest, AUCs."""

from collections.abc import Sequence

from boletim.audit.groups.attribute import Attribute
from boletim.audit.groups.background_auc import background_measures
from boletim.audit.groups.differential_fairness import differential_fairness
from boletim.audit.groups.impact_ratio import impact_ratios
from boletim.audit.groups.recall_difference import recall_differences
from boletim.audit.groups.scoring_rate import scoring_measures
from boletim.audit.kind import Sample
from boletim.contracts.measure import Measure


def group_measures(sample: Sample, attributes: Sequence[Attribute]) -> list[Measure]:
    """Measures of each column; of crossed columns differential fairness and scoring rates alone.

    What the kind of answer or its weights rule out (`Sample.lacks`) is left out.

    Args:
        sample: The answers.
        attributes: Columns alone and crossed, with their measures.
    """
    made: list[Measure] = []
    lacks, answers, settings, draws = sample.lacks, sample.answers, sample.settings, sample.draws
    for attribute in attributes:
        if "differential_fairness" not in lacks:
            made.append(differential_fairness(attribute))
        if "scoring_rates" not in lacks:
            made += scoring_measures(answers, attribute, draws)
        if len(attribute.columns) > 1:
            continue
        made += impact_ratios(attribute)
        if "recall_differences" not in lacks:
            made += recall_differences(attribute)
        if "scoring_rates" not in lacks:
            made += background_measures(answers, attribute.columns[0], settings, draws)
    return made

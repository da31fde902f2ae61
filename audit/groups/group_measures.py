"""What is said of each group beside its figures and gaps: impact ratios, differences from the rest, AUCs."""

from collections.abc import Sequence

from boletim.audit.groups.attribute import Attribute
from boletim.audit.groups.background_auc import background_measures
from boletim.audit.groups.differential_fairness import differential_fairness
from boletim.audit.groups.impact_ratio import impact_ratios
from boletim.audit.groups.recall_difference import recall_differences
from boletim.audit.groups.scoring_rate import scoring_measures
from boletim.audit.tally.clusters import ClusterDraws
from boletim.audit.tally.sums import PredictionSums
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.measure import Measure


def group_measures(
    predictions: Predictions | PredictionSums, attributes: Sequence[Attribute], draws: ClusterDraws | None
) -> list[Measure]:
    """Measures of each column; of crossed columns differential fairness alone.

    What needs every row's score (scoring rates, background AUCs) is not computed from sums. With weights, what pools
    groups or compares a group's scores with others' is left out.

    Args:
        predictions: At least one example, or the sums of many.
        attributes: Columns alone and crossed, with their measures.
        draws: Resampled clusters, or None for independent examples.
    """
    made: list[Measure] = []
    for attribute in attributes:
        made.append(differential_fairness(attribute))
        if len(attribute.columns) > 1:
            continue
        made += impact_ratios(attribute)
        if attribute.settings.is_weighted:
            continue
        made += recall_differences(attribute)
        if not isinstance(predictions, PredictionSums):
            made += scoring_measures(predictions, attribute, draws)
            made += background_measures(predictions, attribute.columns[0], attribute.settings, draws)
    return made

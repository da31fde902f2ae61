"""One label per example, of a file so large that its sums are kept and not its rows."""

from dataclasses import replace

from boletim.audit.evidence.summed import SummedEvidence
from boletim.audit.kind import Sample
from boletim.audit.kinds import one_label
from boletim.audit.tally.summed_subsets import SummedSubsets
from boletim.contracts.record import Record


def _facts(sample: Sample) -> Record:
    return one_label.facts(sample).model_copy(update={"bins": sample.tally.everything.about_the_bins()})


KIND = replace(
    one_label.KIND,
    name="one_label_summed",
    suited=None,
    more=lambda sample: [],
    tally=lambda answers, depth, codes: SummedSubsets(answers, depth),
    evidence=SummedEvidence,
    thresholds=lambda sample, chosen, validation: [],
    facts=_facts,
    n_contradicted=lambda answers: answers.n_contradicted,
    by_row=None,
    lacks={"failures": "rows", "thresholds": "rows", "scoring_rates": "rows"},
)

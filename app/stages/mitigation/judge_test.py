"""The test split, judged for `none` and for the mitigation that was chosen on the validation data, and for no other."""

from boletim.app.run import Run
from boletim.app.stages.mitigation.compared import compared
from boletim.app.stages.mitigation.models import MitigatedModels, NotTrainedError
from boletim.app.stages.swapped_texts import Texts
from boletim.contracts.configuration.mitigations import NONE
from boletim.contracts.corpus import Corpus, TuningData
from boletim.contracts.errors import ModelError
from boletim.contracts.results.audit import AuditResult
from boletim.contracts.results.mitigations import MitigationTest
from boletim.contracts.results.search import SearchResult
from boletim.contracts.sentence import Sentence

TEST = "test"


def judge_on_test(run: Run, search: SearchResult, corpus: Corpus, result: AuditResult) -> AuditResult:
    """The audit with the chosen mitigation against `none`, and its finding; as it is where there is none."""
    from boletim.audit.mitigation.finding import mitigation_finding

    test = compared_on_test(run, search, corpus)
    if test is None:
        return result
    findings = (*result.findings, mitigation_finding(test))
    return result.model_copy(update={"mitigation": test, "findings": findings})


def compared_on_test(run: Run, search: SearchResult, corpus: Corpus) -> MitigationTest | None:
    """The chosen mitigation against `none` on the test texts; None where none was compared or `none` was chosen.

    The weights of the trainings are dropped then: what they said is kept, and model/ is the one that is used.
    """
    study = search.mitigations
    if study is None:
        return None
    data = TuningData(corpus.train, corpus.validation, corpus.labels, corpus.groups)
    models = MitigatedModels(run, search, data)
    result = None
    if study.chosen != NONE:
        texts = Texts.of(TEST, corpus.test, run.config.language)
        try:
            found = {name: models.scores(name, texts) for name in (NONE, study.chosen)}
        except (NotTrainedError, ModelError) as error:
            run.terminal.warn(Sentence("terminal.mitigation.not_on_test", name=study.chosen, said=error))
            return None
        (none, chosen), n_small = compared(run, corpus.labels, texts, found, corpus.groups)
        n, n_swapped = len(texts.frame), len(texts.copies)
        result = MitigationTest(n=n, n_swapped=n_swapped, none=none, chosen=chosen, n_small=n_small)
    models.drop_weights()
    return result

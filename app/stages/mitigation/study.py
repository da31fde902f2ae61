"""Mitigations compared on the validation data, and the model of the one that is chosen published."""

from collections.abc import Mapping, Sequence

from boletim.app.run import Run
from boletim.app.stages.mitigation.compared import compared, sample_of
from boletim.app.stages.mitigation.models import MitigatedModels, NotTrainedError
from boletim.app.stages.swapped_texts import Scores, Texts
from boletim.contracts.configuration.mitigations import ERASE, NONE, params_under
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import BoletimError, ModelError
from boletim.contracts.meaning import message
from boletim.contracts.results.mitigations import Leakage, MitigationRow, MitigationStudy
from boletim.contracts.results.search import SearchResult
from boletim.contracts.sentence import Joined, Sentence, word

VALIDATION = "validation"


def mitigate(run: Run, data: TuningData, search: SearchResult) -> SearchResult:
    """The search's result with its mitigations compared; unchanged where none are asked for.

    The mitigation that is chosen is published as model/, with the first seed's weights: choosing the best of its seeds
    would be a choice again. A mitigation that cannot be trained is named and left out.

    Raises:
        StopRequest: The process was asked to stop; what was trained is kept.
    """
    if run.config.mitigations is None:
        return search
    if search.model.prompt is not None:
        why = Sentence("terminal.mitigation.prompted")
        run.terminal.warn(Sentence("terminal.mitigation.not_compared", said=why))
        return search
    models, texts = MitigatedModels(run, search, data), Texts.of(VALIDATION, data.validation, run.config.language)
    found, failed = _all_scores(run, models, texts)
    if NONE not in found or len(found) < 2:
        run.terminal.warn(
            Sentence("terminal.mitigation.not_compared", said=Joined([why.sentence for why in failed.values()], "; "))
        )
        return search
    study = _study(run, models, texts, found, failed)
    run.terminal.say(Sentence("terminal.mitigation.compared", said=_summary(study)))
    search = search.model_copy(update={"mitigations": study})
    return search if study.chosen == NONE else _published(run, models, search, study.chosen, found[study.chosen])


def _all_scores(
    run: Run, models: MitigatedModels, texts: Texts
) -> tuple[dict[str, list[Scores]], dict[str, BoletimError]]:
    found, failed = dict[str, list[Scores]](), dict[str, BoletimError]()
    for name in sorted(models.wanted.compare, key=lambda name: name != NONE):  # the others are compared with it
        try:
            found[name] = models.scores(name, texts)
        except (NotTrainedError, ModelError) as error:  # a night's search does not end for want of one row
            run.terminal.warn(Sentence("terminal.mitigation.left_out", name=name, said=error))
            failed[name] = error
    return found, failed


def _study(
    run: Run,
    models: MitigatedModels,
    texts: Texts,
    found: Mapping[str, Sequence[Scores]],
    failed: Mapping[str, BoletimError],
) -> MitigationStudy:
    from boletim.audit.mitigation.compare import chosen_of

    data = models.data
    made, n_small = compared(run, data.labels, texts, found, data.groups)
    by_name = {row.mitigation: row for row in made}
    by_name |= {
        name: MitigationRow(mitigation=name, n_seeds=0, because=message(str(why))) for name, why in failed.items()
    }
    return MitigationStudy(
        n=len(texts.frame),
        n_swapped=len(texts.copies),
        rows=tuple(by_name[name] for name in models.wanted.compare),
        chosen=chosen_of(made),
        n_small=n_small,
        leakage=_leakage(run, models, texts) if ERASE in found else (),
    )


def _leakage(run: Run, models: MitigatedModels, texts: Texts) -> tuple[Leakage, ...]:
    from boletim.audit.mitigation.leakage import leakage_of

    sample = sample_of(texts.frame, models.data.labels, models.data.groups, run.config.kind)
    return tuple(
        leakage_of(column, names, sample, readings, run.config.audit)
        for column, (names, readings) in models.readings().items()
    )


def _published(
    run: Run, models: MitigatedModels, search: SearchResult, name: str, scores: Sequence[Scores]
) -> SearchResult:
    from boletim.tuning.winner.kept_runs import read_run
    from boletim.tuning.winner.mitigated import publish_mitigated

    seed = models.seeds[0]
    models.train(name, [seed])
    return publish_mitigated(
        run.config,
        models.data,
        search,
        run.folder.path,
        name,
        params_under(name, models.trial.params),
        read_run(models.run_file(name, seed)),
        models.weights(name, seed),
        scores[0].plain,
    )


def _summary(study: MitigationStudy) -> str:
    verdicts = [
        Sentence("terminal.mitigation.verdict", name=row.mitigation, verdict=word(row.verdict))
        for row in study.rows
        if row.verdict is not None
    ]
    return Sentence("terminal.mitigation.chosen", verdicts=verdicts, name=study.chosen)

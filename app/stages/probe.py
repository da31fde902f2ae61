"""Probe: bias probes on the classifier, beside what the test split could show."""

from collections.abc import Sequence
from pathlib import Path

from boletim.app.run import Run
from boletim.app.stages.own_model import own_classifier, shared_own
from boletim.app.stages.search_result import read_search
from boletim.contracts.answers.spans import Span, entities_of
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import LABEL, TEXT
from boletim.contracts.files.atomic import hash_file, write_json
from boletim.contracts.files.run_folder import key_of
from boletim.contracts.language import load_language
from boletim.contracts.protocols import Classifier, Screen
from boletim.contracts.results.audit import ProbeResults
from boletim.contracts.results.search import SearchResult
from boletim.contracts.sentence import Sentence


def probe(run: Run) -> None:
    """Write probes.json for the run's own model.

    Raises:
        RunFolderError: There is no tuned model yet.
    """
    search = read_search(run.folder)
    config = run.config
    key = key_of(
        ProbeResults().schema_,
        search.model.sha256,
        run.folder.earlier_key("prepare"),
        config.probes.model_dump(),
        hash_file(Path(config.probes.frames)) if config.probes.frames and Path(config.probes.frames).is_file() else "",
        {name: hash_file(Path(path)) for name, path in config.probes.data.items() if Path(path).is_file()},
        [config.language, config.seed, config.audit.level, config.audit.margin, config.audit.bootstrap],
    )
    run.stage("probe", key, lambda: _probe_own_model(run, search), [run.folder.probes])


def probe_classifier(
    classifier: Classifier | None,
    config: RunConfig,
    texts: list[str] | None,
    terminal: Screen,
    model: str = "",
    search: SearchResult | None = None,
    entities: Sequence[Sequence[Span]] | None = None,
) -> ProbeResults:
    """Run the configured probes, and before them the part of the self-test that goes through their code.

    Args:
        classifier: Any classifier; None where the model is none.
        config: Which probes, in which language, at which level.
        texts: Real texts for the probes that need them; None when there are none.
        terminal: Told how far it is.
        model: Folder or hub id of the same model, for probes of language models and encoders.
        search: That made the model, for what fine-tuning changed; None for a model made elsewhere.
        entities: True entities of each text; None where nobody says them.
    """
    from boletim.app.machine.selftest import run_selftest
    from boletim.app.stages.model_views import open_doors, read_probe_data
    from boletim.probes.run import run_probes

    validation = run_selftest(only=config.probes.use)
    results = run_probes(
        classifier,
        config.probes,
        load_language(config.language),
        texts,
        entities=entities,
        level=config.audit.level,
        margin=config.audit.margin,
        seed=config.seed,
        bootstrap=config.audit.bootstrap,
        progress=terminal.progress,
        doors=open_doors(model) if model else None,
        base=open_doors(search.model.base_model, search.model.base_revision)
        if search and search.model.prompt is None
        else None,
        read=read_probe_data,
    )
    return results.model_copy(update={"validation": validation})


def _probe_own_model(run: Run, search: SearchResult) -> str:
    from boletim.tuning.corpus.files import load_corpus

    test = load_corpus(run.folder.corpus).test
    model = str(run.folder.path / search.model.folder)
    with shared_own(run, search, own_classifier(run.folder, search)) as classifier:
        result = probe_classifier(
            classifier, run.config, list(test[TEXT]), run.terminal, model, search, entities=entities_of(test[LABEL])
        )
    write_json(run.folder.probes, result.model_dump(mode="json"))
    return Sentence("terminal.stage.probed", n_measures=len(result.measures), n_probes=len(result.probes))

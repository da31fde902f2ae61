"""The configuration of what is finished: `model` or `predictions` in place of `candidates` and `tuning`."""

from typing import TYPE_CHECKING, Any

from boletim.contracts.errors import RuleError

if TYPE_CHECKING:
    from boletim.contracts.configuration import RunConfig


def with_predictions_as_data(values: Any) -> Any:
    """The file of predictions is the data, and needs no column of texts.

    Raises:
        ValueError: `data.source` names another file.
    """
    match values:
        case {"predictions": str(), "data": {"source": str(), **data}} if _reads_two_files(values):
            return {**values, "data": {"text": "", "label": "label", **values["data"]}}
        case {"predictions": str(file), "data": {**data}}:
            if data.get("source") not in (None, file):
                raise RuleError("source_of_predictions", source=data["source"])
            return {**values, "data": {"text": "", **data, "source": file}}
    return values


def _reads_two_files(values: dict[str, Any]) -> bool:
    """Whether what is true may lie in another file than the predictions."""
    from boletim.contracts.examples import answers_class, kinds_by_task

    kind = kinds_by_task().get(str(values.get("task")))
    return kind is not None and answers_class(kind).in_two_files


def check_subject(config: "RunConfig", is_tuned: bool) -> None:
    """Refuse a configuration without a subject, with two of them, or with settings that its subject has no use for.

    Args:
        config: As given.
        is_tuned: Whether the search has settings of its own.

    Raises:
        ValueError: It is one of these.
    """
    subjects = {"candidates": config.candidates, "model": config.model, "predictions": config.predictions}
    given = [name for name, value in subjects.items() if value]
    if len(given) != 1:
        raise RuleError("one_kind", given=" and ".join(given) or "none")
    if not config.candidates and is_tuned:
        raise RuleError("tuning_candidates", given=given[0])
    if config.model and config.data.source is None:
        raise RuleError("one_file")
    has_score, is_scored = config.data.score is not None, config.task == "scored_texts"
    if has_score != is_scored:
        got = f"task {config.task}" if has_score else "no data.score"
        raise RuleError("score_together", got=got)
    if has_score and not config.predictions:
        raise RuleError("score_of_predictions", given=given[0])
    if not config.predictions and (config.data.predicted, config.data.scores) != ("predicted", None):
        raise RuleError("of_predictions", given=given[0])


def without_search(content: dict[str, Any]) -> dict[str, Any]:
    """A configuration's content without the settings that have no part in the audit of what is finished."""
    kept = {key: value for key, value in content.items() if key not in ("candidates", "tuning", "mitigations")}
    return kept | {"data": {key: value for key, value in kept["data"].items() if key not in ("split", "clean")}}

"""Load a model that answers questions with a stretch of a text."""

from transformers import AutoModelForQuestionAnswering

from boletim.contracts.answers.question_answers import join_question
from boletim.models.answering.reader import QuestionAnswerer
from boletim.models.answering.stretches import Choosing
from boletim.models.files import ModelFiles
from boletim.models.loading.trained import load_trained


def load_answerer(files: ModelFiles, *, allow_pickle: bool = False, max_length: int | None = None) -> QuestionAnswerer:
    """A fine-tuned model of stretches, in fp32, on the GPU where there is one.

    Args:
        files: Where it lies.
        allow_pickle: Accept weights that are not safetensors.
        max_length: Longest window in tokens; None gives the model's own limit.

    Raises:
        ModelError: It cannot be read, or could run foreign code.
    """
    network, tokenizer, facts = load_trained(
        files, AutoModelForQuestionAnswering, "a model that answers questions", (), allow_pickle, max_length
    )
    choosing = Choosing.of_folder(files.folder, files.name)
    facts = facts.model_copy(update={"no_answer": choosing.no_answer})
    answerer = QuestionAnswerer(network, tokenizer, facts, choosing)
    answerer.predict_scores([join_question("a", "a")])  # one batch before the whole work
    return answerer

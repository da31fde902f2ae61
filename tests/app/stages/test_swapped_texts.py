from collections.abc import Callable

import pandas as pd

from boletim.app.stages.swapped_texts import with_swapped_texts
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData


def test_only_texts_that_can_be_swapped_whole_have_a_copy(make_run_config: Callable[..., RunConfig]) -> None:
    texts = ["She is a nurse and her sister too.", "Nothing here.", "The king spoke; he was tired."]
    train = pd.DataFrame({"id": ["1", "2", "3"], "text": texts, "label": ["a", "b", "a"]})
    data = TuningData(train, train, ("a", "b"), ())
    assert with_swapped_texts(data, make_run_config()).swapped is None
    found = with_swapped_texts(data, make_run_config(search={"gender_swap": [False, True]})).swapped
    assert found is not None
    assert found["text"].tolist() == ["He is a nurse and his brother too.", "The queen spoke; she was tired."]
    assert found.index.tolist() == [0, 2]
    assert found["label"].tolist() == ["a", "a"]

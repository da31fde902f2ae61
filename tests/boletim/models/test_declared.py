import pytest

from boletim.contracts.errors import ModelError
from boletim.models.declared import check_declared_sizes


@pytest.mark.parametrize("size", [10**400, 1e400, float("nan"), -1, 2.5, 100_000_001])
def test_a_size_that_no_model_has_is_refused_in_few_words(size: float) -> None:
    with pytest.raises(ModelError, match=r"hidden_size of config\.json is a whole number up to 100,000,000, that of m"):
        check_declared_sizes("m", {"hidden_size": size})
    with pytest.raises(ModelError, match="hidden_size") as caught:
        check_declared_sizes("m", {"text_config": {"hidden_size": size}})
    assert len(str(caught.value)) < 160

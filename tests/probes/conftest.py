"""A classifier whose answers are known."""

import pytest

from boletim.models.fakes import FakeClassifier


@pytest.fixture
def fake() -> type[FakeClassifier]:
    return FakeClassifier

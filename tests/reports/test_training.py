import re

import pytest

from reports.html import render_html


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Similarity to the base model", "embeddings 0.99 [0.96, 1.00] 150", "2 0.41 [0.38, 0.44] 150"]),
        ("pt-BR", ["Semelhança com o modelo de base", "2 0,41 [0,38; 0,44] 150"]),
    ],
)
def test_the_similarity_of_each_layer_is_on_the_card(card, language, expected):
    text = " ".join(re.sub(r"<[^>]+>", " ", render_html(card, language)).replace("\N{NO-BREAK SPACE}", " ").split())
    for part in expected:
        assert part in text, part


def test_nothing_is_said_of_layers_where_none_were_compared(make_card, audit):
    kept = tuple(m for m in audit.measures if m.metric != "layer_similarity")
    bare = make_card(audit=audit.model_copy(update={"measures": kept}))
    assert "linear CKA" not in render_html(bare, "en")

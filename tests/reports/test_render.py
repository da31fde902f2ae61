import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from boletim.contracts.configuration.card import CardConfig
from boletim.contracts.errors import InputError
from boletim.contracts.results.card import Card, ModelFacts
from boletim.reports.render import render_card

ROOT = Path(__file__).resolve().parents[2]
DRAW = """
import sys
from pathlib import Path
from boletim.contracts.results.card import Card
from boletim.reports.render import render_card
source, target = map(Path, sys.argv[1:])
card = Card.model_validate_json(source.read_bytes())
render_card(card, target, ("en", "pt-BR"), {"pdf", "html", "md"}, {"card.json": source.read_bytes()})
"""


def draw_elsewhere(source: Path, target: Path, cwd: Path, **changes: str) -> dict[str, str]:
    target.mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | changes
    subprocess.run(
        [sys.executable, "-c", DRAW, str(source), str(target)], check=True, cwd=cwd, env=environment, timeout=120
    )
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(target.iterdir())}


def test_the_same_card_gives_the_same_bytes_anywhere(card: Card, tmp_path: Path) -> None:
    source = tmp_path / "card.json"
    source.write_text(card.model_dump_json(), encoding="utf-8")
    one = draw_elsewhere(source, tmp_path / "a", ROOT, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")
    other = draw_elsewhere(source, tmp_path / "b", tmp_path, PYTHONHASHSEED="77", TZ="Asia/Tokyo", LC_ALL="C")
    assert set(one) == {"card.pdf", "card.html", "card.pt-BR.pdf", "card.pt-BR.html", "README.md"}
    assert one == other


def test_a_card_of_someone_elses_predictions_is_drawn(make_card: Callable[..., Card], tmp_path: Path) -> None:
    whole = make_card()
    plain = [
        m for m in whole.audit.measures if m.metric in ("accuracy", "recall", "f1", "precision") and len(m.scope) < 2
    ]
    audit = whole.audit.model_copy(update={"measures": tuple(plain), "findings": (), "curve": None, "data": {}})
    card = make_card(
        audit=audit,
        probes=None,
        search=None,
        cleaning=None,
        gates=(),
        provided=CardConfig(),
        model=ModelFacts(name="predictions made elsewhere"),
        data={"source": "predictions.csv"},
        synthetic=False,
    )
    render_card(card, tmp_path, ("pt-BR",), {"pdf", "html", "md"}, {})
    text = (tmp_path / "card.html").read_text(encoding="utf-8")
    assert "Sem critérios" in text
    assert "não viu o treino" in text
    assert "Nenhuma sonda" in text
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_many_classes_and_groups_are_cut_and_drawn_in_time(make_card: Callable[..., Card], tmp_path: Path) -> None:
    whole = make_card()
    template = next(m for m in whole.audit.measures if m.metric == "recall" and set(m.scope) == {"class"})
    measures = []
    for c in range(200):
        scope = {"class": f"class number {c}"}
        measures.append(template.model_copy(update={"id": f"recall{{{c}}}", "scope": scope}))
        for g in range(20):
            inner = scope | {"gender": f"group {g}"}
            measures.append(template.model_copy(update={"id": f"recall{{{c},{g}}}", "scope": inner}))
    gap = next(m for m in whole.audit.measures if m.metric == "recall_gap" and len(m.scope) == 2)
    measures.append(gap)
    audit = whole.audit.model_copy(update={"measures": tuple(measures)})
    card = make_card(audit=audit, gates=())
    begun = time.monotonic()
    render_card(card, tmp_path, ("en",), {"pdf"}, {})
    assert time.monotonic() - begun < 45  # a wide bar: slow machines must not fail here


def test_unknown_formats_are_named(card: Card, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="docx"):
        render_card(card, tmp_path, ("en",), {"docx"}, {})
    with pytest.raises(InputError, match="language must be one of"):
        render_card(card, tmp_path, ("xx",), {"html"}, {})
    assert list(tmp_path.iterdir()) == []

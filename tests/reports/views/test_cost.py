import re

import pytest

from boletim.reports.page.html import render_html


def section(page, title):
    start = page.index(f"{title}</h2>")
    text = re.sub(r"<[^>]+>", " ", page[start : page.index("</section>", start)])
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("language", "title", "expected"),
    [
        (
            "en",
            "Cost of use",
            ["2,102 different texts", "no text twice in it", "energy where it can be measured",
             "on a processor, with 2 threads",
             "12.3 [11.1, 13.5]", "81.3", "312 [281, 344]", "102 [93, 114]",
             "28,763,657", "110 MiB", "640 MiB", "not measured the machine has no energy counter"],
        ),
        (
            "pt-BR",
            "Custo de uso",
            ["2.102 textos diferentes do conjunto", "sem repetir texto nele",
             "12,3 [11,1; 13,5]", "28.763.657", "110 MiB", "não medida a máquina não tem"],
        ),
    ],
)  # fmt: skip
def test_every_figure_is_on_the_card(card, language, title, expected):
    text = section(render_html(card, language), title).replace("\N{NO-BREAK SPACE}", " ")
    for part in expected:
        assert part in text, part


def test_no_section_without_a_model_and_the_card_says_so(make_card):
    bare = make_card(cost=None)
    assert "Cost of use</h2>" not in render_html(bare, "en")
    assert "cost" in bare.not_measured
    assert "cost" not in make_card().not_measured


def test_a_gate_may_be_set_on_the_cost(make_card):
    from boletim.contracts.configuration.gates import GateConfig

    gate = GateConfig(measure="latency{batch_size=1}", at_most=0.05)
    assert make_card(gates=(gate,)).verdict == "pass"
    assert make_card(gates=(gate.model_copy(update={"at_most": 0.01}),)).verdict == "fail"

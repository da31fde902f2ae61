from boletim.contracts.results.search import Whereabouts
from boletim.reports.page.html import render_html


def test_machines_are_told_where_there_were_several(make_card, search):
    one, other = Whereabouts(machine=1, device="AMD EPYC"), Whereabouts(machine=2, device="H200 (GPU 0)")

    def drawn(*places, language="en"):
        trials = tuple(
            trial.model_copy(update={"where": where}) for trial, where in zip(search.trials, places, strict=False)
        )
        return render_html(make_card(search=search.model_copy(update={"trials": trials})), language)

    assert "Trials by machine" not in drawn(None, None, None)
    assert "Trials by machine" not in drawn(one, None, one)
    page = drawn(other, one, other)
    assert "Trials by machine" in page
    assert "machine 1, AMD EPYC: 1; machine 2, H200 (GPU 0): 2" in page
    assert "máquina 2, H200 (GPU 0): 2" in drawn(other, one, other, language="pt-BR")

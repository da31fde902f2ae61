import re

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


def test_each_attached_file_has_the_hash_of_its_bytes_and_no_other_row_repeats_it(make_card):
    card = make_card()
    sealed = card.model_copy(update={"provenance": card.provenance.model_copy(update={"predictions_sha256": "e" * 64})})
    page = render_html(sealed, "en", "pdf", {"config.yaml": "a" * 64, "predictions.parquet": "e" * 64})
    assert re.findall(r">([\w.]+)</th>\s*<td[^>]*>its bytes</td>\s*<td[^>]*>([ae]{64})<", page) == [
        ("config.yaml", "a" * 64), ("predictions.parquet", "e" * 64)]  # fmt: skip
    assert "finds this value" in page
    assert "finds this value" not in render_html(sealed, "en")
    assert "e" * 64 in render_html(sealed, "en")


def test_an_address_is_printed_where_the_package_has_one(make_card):
    card = make_card()
    assert "It is found at" not in render_html(card, "en")
    placed = card.provenance.model_copy(update={"boletim_address": "https://example.org/boletim"})
    assert "It is found at https://example.org/boletim." in render_html(
        card.model_copy(update={"provenance": placed}), "en"
    )


def test_groups_are_counted_by_hand_where_rows_and_groups_are_attached(make_card):
    card = make_card()
    sealed = card.provenance.model_copy(update={"predictions_sha256": "e" * 64})
    n = card.audit.facts.n
    measures = tuple(
        m.model_copy(update={"value": (n - 5) / n, "n": n}) if m.id == "accuracy" else m for m in card.audit.measures
    )
    counted = card.model_copy(
        update={"provenance": sealed, "audit": card.audit.model_copy(update={"measures": measures})}
    )
    told = "is counted likewise: of the rows with one “label” and one group"
    assert told in render_html(counted, "en")
    assert "as que têm esse label em “predicted”" in render_html(counted, "pt-BR")
    assert "In the file:" not in render_html(counted, "en")
    named = counted.provided.model_copy(update={"names": {"en": {"female": "women"}}})
    page = render_html(counted.model_copy(update={"provided": named}), "en")
    assert "In the file: women = female." in page
    assert told not in render_html(counted.model_copy(update={"provenance": card.provenance}), "en")
    alone = counted.audit.model_copy(update={"facts": counted.audit.facts.model_copy(update={"groups": {}})})
    assert told not in render_html(counted.model_copy(update={"audit": alone}), "en")


def test_whom_to_ask_for_the_program_is_said_where_there_is_a_contact(make_card):
    card = make_card()
    asked = card.model_copy(update={"provided": card.provided.model_copy(update={"contact": "ana@example.org"})})
    nobody = card.model_copy(update={"provided": card.provided.model_copy(update={"contact": None})})
    assert "can tell where to get it" in render_html(asked, "en")
    assert "where to get it" not in render_html(nobody, "en")

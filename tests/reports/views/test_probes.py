import re
from html import unescape

from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import WILSON
from boletim.contracts.results.audit import ProbeResult, ProbeResults
from boletim.reports.page.context import context_of
from boletim.reports.page.html import render_html


def figure(metric, group, value, n=12, q=None):
    scope = {"probe": "identity_terms"} | ({"group": group} if group else {})
    interval = {"low": value - 0.1, "high": value + 0.1, "level": 0.95, "method": WILSON}
    return Measure(id=measure_id(metric, scope), metric=metric, value=value, n=n, scope=scope, q=q, **interval)


def rows_of(card, n_groups):
    measures = [figure("false_positive_rate", None, 0.5, n=100)]
    for place in range(n_groups):
        measures.append(figure("false_positive_rate", f"group {place}", 0.2))
        measures.append(figure("flag_gap", f"group {place}", 0.3, n=9, q=0.004))
    probe = ProbeResult(probe="identity_terms", measures=tuple(measures), can_tell="identity_terms.can_tell")
    html = render_html(card.model_copy(update={"probes": ProbeResults(probes=(probe,))}), "en")
    section = html[html.index('id="probes"') :]
    rows = [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr.*?</tr>", section, flags=re.S)]
    return [" ".join(row.split()) for row in rows if "group " in row or "False positive" in row]


def test_parts_of_a_probe_have_a_row_each_with_every_figure(make_card):
    overall, head, *parts = rows_of(make_card(), 5)
    assert overall == "False positive rate 0.500 [0.400, 0.600] 100"
    assert head == "Part n False positive rate Shift of the flagged score"
    assert parts == [f"group {i} 12 0.20 [0.10, 0.30] 0.30 [0.20, 0.40] q = 0.004, n = 9" for i in range(5)]


def test_a_few_parts_stand_below_the_whole(make_card):
    assert len(rows_of(make_card(), 2)) == 5


def swapped(reach, value=0.0004):
    scope = {"probe": "pronoun_swap", "class": "nurse"}
    limits = {"low": value - reach, "high": value + reach, "level": 0.95}
    gap = Measure(id=measure_id("score_gap", scope), metric="score_gap", value=value, n=1274, scope=scope, q=0.0001,
                  unit="difference", **limits)  # fmt: skip
    return ProbeResult(probe="pronoun_swap", measures=(gap,), can_tell="pronoun_swap.can_tell")


def probe_section(card, probe, language="en"):
    html = render_html(card.model_copy(update={"probes": ProbeResults(probes=(probe,))}), language)
    return html[html.index('id="probes"') :].split("</section>")[0]


def test_shifts_are_drawn_where_one_reaches_beyond_half_the_margin(make_card):
    assert make_card().audit.facts.settings.margin == 0.05
    assert "<figure" not in probe_section(make_card(), swapped(0.02))
    assert "<figure" in probe_section(make_card(), swapped(0.03))


def test_a_shift_told_from_zero_is_not_printed_as_zero(make_card):
    assert "0.0004 [0.0003, 0.0005]" in probe_section(make_card(), swapped(0.0001)).replace("\xa0", " ")
    assert "0.040 [0.039, 0.041]" in probe_section(make_card(), swapped(0.001, value=0.04)).replace("\xa0", " ")


def test_examples_are_those_of_the_language_of_the_texts(make_card):
    card = make_card()
    assert "she, he; mother, father" in probe_section(card, swapped(0.02), "pt-BR")
    assert "a médica cansada" in probe_section(card.model_copy(update={"language": "pt-BR"}), swapped(0.02), "en")


def test_each_probe_says_what_it_can_and_cannot_tell(make_card):
    card = make_card()
    for language in ("en", "pt-BR"):
        words = context_of(card, language)
        section = unescape(re.sub(r"\s+", " ", probe_section_of(card, language)))
        assert section.count(words.text("probes_page.can_tell")) == len(card.probes.probes) == 2
        for probe in card.probes.probes:
            assert " ".join(words.text(f"probes.{probe.probe}.can_tell").split()) in section


def probe_section_of(card, language):
    html = render_html(card, language)
    return html[html.index('id="probes"') :].split("</section>")[0]


def test_a_column_of_shifts_has_one_count_of_decimals(make_card):
    small, large = swapped(0.0001).measures[0], swapped(0.001, value=0.02).measures[0]
    other = large.model_copy(update={"id": large.id.replace("nurse", "chef"), "scope": large.scope | {"class": "chef"}})
    told = probe_section(make_card(), ProbeResult(probe="pronoun_swap", measures=(small, other)))
    assert "0.0200 [0.0190, 0.0210]" in told.replace("\xa0", " ")
    assert "0.0004 [0.0003, 0.0005]" in told.replace("\xa0", " ")


def of(metric, value, **scope):
    whole = {"probe": "unqover"} | scope
    limits = {"low": value - 0.01, "high": value + 0.01, "level": 0.95}
    return Measure(id=measure_id(metric, whole), metric=metric, value=value, n=24, scope=whole, **limits)


def test_each_question_has_its_figures_and_its_words(make_card):
    asked = {name: f"Who is {name}?" for name in ("nurse", "boss", "cook", "maths")}
    measures = tuple(of("unqover_gamma", 0.1, question=name) for name in asked)
    probe = ProbeResult(probe="unqover", measures=measures, can_tell="unqover.can_tell", data={"questions": asked})
    section = " ".join(re.sub(r"<[^>]+>", " ", probe_section(make_card(), probe)).split())
    for words in asked.values():
        assert f"{words} 24 0.100 [0.090, 0.110]" in section.replace("\xa0", " ")


def test_groups_of_names_are_called_as_the_card_calls_them(make_card):
    """The names in the language packs have no owner, so the card says what they are; the owner's word goes before."""
    measures = tuple(of("ner_error_1", 0.1, group=name) for name in ("female", "male"))
    probe, card = ProbeResult(probe="ner_names", measures=measures, can_tell="ner_names.can_tell"), make_card()

    def named(names):
        return card.model_copy(update={"provided": card.provided.model_copy(update={"names": names})})

    assert ">mulheres<" in probe_section(named({}), probe, "pt-BR")
    section = probe_section(named({"en": {"female": "she"}}), probe)
    assert ">she<" in section
    assert ">men<" in section
    asked = tuple(of("bbq_accuracy", 0.5, context=name) for name in ("ambig", "disambig"))
    section = probe_section(card, ProbeResult(probe="bbq", measures=asked, can_tell="bbq.can_tell"))
    assert ">texts that do not say who it was<" in section
    assert ">texts that say who it was<" in section


def test_a_probe_prints_the_figure_of_what_it_names_and_the_largest_of_what_it_finds_absent(make_card):
    def shift(name, value):
        scope = {"class": name, "probe": "pronoun_swap"}
        return Measure(id=measure_id("score_gap", scope), metric="score_gap", value=value, low=value - 0.1,
                       high=value + 0.1, n=20, unit="difference", scope=scope)  # fmt: skip

    measures = shift("nurse", 0.26), shift("chef", -0.31)
    card = make_card()
    context = context_of(
        card.model_copy(update={"audit": card.audit.model_copy(update={"measures": measures}), "probes": None}), "en"
    )
    ids = tuple(m.id for m in measures)
    values = {"n": 20, "margin": 0.05}
    of = {"kind": "probe", "severity": "info"}
    shown = Finding(
        **of, key="pronoun_swap_gaps_shown", verdict="shown", measures=ids, values={**values, "names": "nurse, chef"}
    )
    assert "nurse by 0.26 (0.16 to 0.36; n = 20); chef by −0.31 (−0.41 to −0.21; n = 20)" in context.claim(shown)
    absent = Finding(
        **of, key="pronoun_swap_gaps_absent", verdict="shown absent", measures=ids, values={**values, "names": ""}
    )
    assert context.claim(absent).endswith("The largest: chef, −0.31 (−0.41 to −0.21).")
    assert "largest" not in context.claim(absent.model_copy(update={"measures": ids[:1]}))

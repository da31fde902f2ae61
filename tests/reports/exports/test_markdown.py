import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from huggingface_hub import EvalResult, ModelCard

from boletim.contracts.configuration.card import CardConfig
from boletim.contracts.results.card import Card
from boletim.reports.exports.markdown import render_markdown
from boletim.reports.page.context import context_of
from boletim.reports.render import render_card
from boletim.reports.views import page_one, page_two


def test_the_hub_reads_the_figures(card: Card) -> None:
    read = ModelCard(render_markdown(card, "en"), ignore_metadata_errors=False)
    results: list[EvalResult] = read.data.eval_results
    by_name = {result.metric_name: result for result in results}
    truth = {measure.id: measure for measure in card.audit.measures}
    assert by_name["accuracy"].metric_value == truth["accuracy"].value
    assert by_name["f1_macro"].metric_type == "f1"
    assert by_name["f1_macro"].metric_args["n"] == truth["f1_macro"].n
    assert by_name["f1_macro"].metric_args["low"] == truth["f1_macro"].low
    assert read.data.pipeline_tag == "text-classification"
    assert read.data.license == "mit"


def test_the_base_model_is_a_hub_id_or_left_out(card: Card) -> None:
    def base_model(**facts: str | None) -> str | None:
        shown = card.model_copy(update={"model": card.model.model_copy(update=facts)})
        return ModelCard(render_markdown(shown, "en"), ignore_metadata_errors=False).data.base_model

    assert base_model(base_model="google/bert-small", base_revision="0" * 40) == "google/bert-small"
    assert base_model(base_model="quickstart/minilm", base_revision=None) is None


@pytest.mark.parametrize(
    ("version", "split", "revision"),
    [
        ("train:0f3a+validation:7b21+test:99ee", "test", None),
        ("train:0f3a", None, None),
        ("main", None, None),
        ("8d34" * 10, None, "8d34" * 10),
    ],
)
def test_a_data_set_of_the_hub_is_named_as_the_hub_names_it(
    make_card: Callable[..., Card], version: str, split: str | None, revision: str | None
) -> None:
    card = make_card()
    assert card.cleaning is not None
    cleaning = card.cleaning.model_copy(update={"source_sha256": {"org/reviews": version}})
    shown = card.model_copy(update={"cleaning": cleaning, "data": card.data | {"subset": "pt"}})
    read = ModelCard(render_markdown(shown, "en"), ignore_metadata_errors=False)
    (first, *_) = read.data.eval_results
    assert (first.dataset_type, first.dataset_name, first.dataset_config) == ("org/reviews", "org/reviews", "pt")
    assert (first.dataset_split, first.dataset_revision) == (split, revision)


def test_a_file_is_no_data_set_of_the_hub(card: Card) -> None:
    (first, *_) = ModelCard(render_markdown(card, "en"), ignore_metadata_errors=False).data.eval_results
    assert (first.dataset_type, first.dataset_split) == ("private", "test")


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_it_says_what_pages_one_and_two_say(card: Card, language: str) -> None:
    context = context_of(card, language)
    one, two = page_one.build(context), page_two.build(context)
    text = render_markdown(card, language).replace("\\", "")
    quoted = [*one["reasons"], one["meaning"], *one["quality"], two["severity"], two["changed"], *two["words"]]
    quoted += [
        cell.text for table in (one["gates"], two["findings"], two["open"]) for row in table.first for cell in row
    ]
    quoted += [f"{count['n']} {count['text']}" for count in one["counts"]]
    quoted += [choice["text"] for choice in one["boxes"]["choices"]]
    assert [one for one in quoted if " ".join(one.split()) not in text] == []
    assert text.index(one["meaning"]) < text.index(one["gates"].caption) < text.index(two["findings"].caption)


def test_the_text_names_verdict_gates_and_gaps_in_the_readers_language(card: Card) -> None:
    text = render_markdown(card, "pt-BR").split("---\n", 2)[2]
    assert "Reprovado" in text
    assert "| Acurácia | 0,84" in text
    assert "DADOS SINTÉTICOS" in text
    assert text.count("\n| ") >= 4 + 5


def test_what_people_write_stays_text(make_card: Callable[..., Card]) -> None:
    name = "x | y\n# not a heading <script>alert(1)</script> [a](http://x.invalid) {{ 7*7 }} `c`"
    card = make_card(provided=CardConfig(title=name, licence="x: [unclosed", intended_use=name))
    written = render_markdown(card, "en")
    metadata, text = written.split("---\n", 2)[1:]
    assert yaml.safe_load(metadata)["license_name"] == "x: [unclosed"
    assert "<script>" not in text
    assert "\n# not a heading" not in text
    assert not re.search(r"(?<!\\)\]\(", text)
    assert "49" not in [word for word in text.split() if "{" in word]
    assert ModelCard(written).data.model_name.startswith("x | y")


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_readme_says_what_changed_where_something_was_compared(
    card: Card, make_card: Callable[..., Card], language: str
) -> None:
    title = context_of(card, language).text("changes.readme")
    assert title in render_markdown(card, language)
    assert title not in render_markdown(make_card(changes=None), language)


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_readme_says_who_drew_it_and_when(card: Card, language: str) -> None:
    """Version and day are those of the card, and no other's."""
    for version, day in (("7.1.2", "2031-02-03"), ("0.9", "2027-12-31")):
        update = {"boletim_version": version, "created": f"{day}T09:30:00+00:00"}
        told = card.model_copy(update={"provenance": card.provenance.model_copy(update=update)})
        context = context_of(told, language)
        expected = context.text("readme.made", version=version, date=context.numbers.moment(update["created"]))
        last = render_markdown(told, language).rstrip().splitlines()[-1]
        assert last.replace("\\", "").split() == expected.split()
        assert day[:4] in last
        assert version in last.replace("\\", "")


@pytest.mark.parametrize(("formats", "languages"), [("pdf md", "en"), ("html md", "en pt-BR"), ("md", "en")])
def test_the_readme_names_the_files_that_lie_beside_it(
    card: Card, tmp_path: Path, formats: str, languages: str
) -> None:
    drawn = render_card(card, tmp_path, languages.split(), set(formats.split()), {})
    beside = sorted({path.name for path in drawn} - {"README.md"})
    readme = (tmp_path / "README.md").read_text("utf-8").replace("\\", "")
    named = re.findall(r"The whole report card is in (.+)\.$", readme, re.M)
    assert [sorted(names.split(", ")) for names in named] == ([beside] if beside else [])

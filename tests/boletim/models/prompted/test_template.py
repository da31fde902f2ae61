import pytest

from boletim.contracts.errors import InputError
from boletim.models.prompted.template import PromptTemplate, gap

WORDS = ["good", "bad"]


def test_a_template_for_one_text_lays_out_examples_one_above_the_other():
    template = PromptTemplate("Review: {{ text }}\nAnswer:", "p.jinja")
    assert template.render("fine", WORDS) == "Review: fine\nAnswer:"
    made = template.render("fine", WORDS, [("nice", "good"), ("ugly", "bad")])
    assert made == "Review: nice\nAnswer: good\n\nReview: ugly\nAnswer: bad\n\nReview: fine\nAnswer:"


def test_a_template_may_lay_out_examples_itself_and_name_the_words():
    source = "{{ labels | join('/') }}{% for shot in shots %} [{{ shot.text }}={{ shot.label }}]{% endfor %} {{ text }}"
    made = PromptTemplate(source, "p").render("x", WORDS, [("a", "good")])
    assert made == "good/bad [a=good] x"


def test_a_text_is_never_read_as_a_template():
    template = PromptTemplate("{{ text }}:", "p")
    assert template.render("{{ 7 * 7 }}{% raw %}", WORDS) == "{{ 7 * 7 }}{% raw %}:"


def test_a_space_parts_prompt_and_word_unless_the_prompt_ends_in_one():
    assert [gap(prompt) for prompt in ("a:", "a: ", "a\n", "")] == [" ", "", "", ""]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("no slot", "has the slot"),
        ("{{ text }} {{ author }}", "got author"),
        ("{{ text", "Jinja"),
        ("{{ text * 1000000000 }}", "got mul"),
        ("{{ text }}{% for a in shots %}{% for b in shots %}x{% endfor %}{% endfor %}", "one inside none"),
        ("{{ text }}{% for a in shots %}{% if a %}{% for b in labels %}{% endfor %}{% endif %}{% endfor %}", "one in"),
        ("{{ text }}{% for i in range(10) %}x{% endfor %}", "p, line 1"),
        ("{{ text.__class__.__mro__() }}", "got call"),
        ("{{ text | replace('a', 'aaaa') }}", "filters are"),
        ("{% set text = 'x' %}{{ text }}", "p, line 1"),
        ("{% include '/etc/passwd' %}{{ text }}", "got include"),
        ("{% macro m() %}{% endmacro %}{{ text }}", "got macro"),
        ("{{ text }}" + "x" * 20_001, "at most"),
    ],
)  # fmt: skip
def test_what_could_run_long_reach_out_or_grow_is_refused_in_one_line(source, line):
    with pytest.raises(InputError, match=line) as caught:
        PromptTemplate(source, "p")
    assert "\n" not in str(caught.value)


def test_attributes_of_python_stay_out_of_reach():
    with pytest.raises(InputError, match="cannot be written"):
        PromptTemplate("{{ text.__class__ }}{{ text }}", "p").render("x", WORDS)


def test_a_name_that_a_value_lacks_is_told_when_the_prompt_is_written():
    with pytest.raises(InputError, match="cannot be written"):
        PromptTemplate("{% for s in shots %}{{ s.author }}{% endfor %}{{ text }}", "p").render("x", WORDS, [("a", "b")])

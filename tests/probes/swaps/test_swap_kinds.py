"""Whole kinds of sentences; made-up nouns, which no list can name, show that a rule is one of kind."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from boletim.contracts.language import load_language
from boletim.probes.swaps.rules import find_rules
from boletim.probes.swaps.swap import swap

ROOT = Path(__file__).resolve().parents[3]
PORTUGUESE = find_rules(load_language("pt-BR"))
ENGLISH = find_rules(load_language("en"))

# no list knows `zaruteira` or `zaruteiro`, so that what says it of the person is left alone, whatever the verb
PREDICATIVES = [
    "Ela trabalhou como zaruteira.",
    "Ela ficou conhecida como zaruteira.",
    "Ela se tornou zaruteira.",
    "Ela tornou-se uma zaruteira.",
    "Ela acabou se tornando zaruteira.",
    "Ela virou zaruteira.",
    "Ela foi eleita zaruteira.",
    "Ela foi nomeada zaruteira em maio.",
    "Ela é considerada uma grande zaruteira.",
    "Ela foi promovida a zaruteira.",
    "Ela estudou direito e foi zaruteira.",
    "Ela se formou zaruteira.",
    "Chamaram a professora de zaruteira.",
    "Zaruteira de ofício, ela viveu em Olinda.",
    "A professora, zaruteira de ofício, viveu em Olinda.",
    "Ela era alta e zaruteira.",
    "Ela foi criada e ficou muito zaruta.",
    "Nascida zaruta, ela fugiu.",
]


@pytest.mark.parametrize("text", PREDICATIVES)
def test_an_unknown_word_said_of_the_person_leaves_the_text_alone(text: str) -> None:
    male = text.replace("zaruteira", "zaruteiro").replace("Zaruteira", "Zaruteiro").replace("zaruta", "zaruto")
    other = {"Ela": "Ele", "ela": "ele", "professora": "professor", "A ": "O ", " a p": " o p", "uma": "um"}
    for female_word, male_word in other.items():
        male = male.replace(female_word, male_word)
    for each in (text, male):
        attempt = swap(each, PORTUGUESE)
        assert (attempt.status, attempt.text) == ("left alone", each)
        assert attempt.left_because


RIGHT = [
    ("Ela atuou como conselheira.", "Ele atuou como conselheiro."),
    ("Ela tornou-se mundialmente famosa.", "Ele tornou-se mundialmente famoso."),
    ("Ela foi eleita membro da academia.", "Ele foi eleito membro da academia."),
    ("Ela se declarou culpada.", "Ele se declarou culpado."),
    ("Ela foi a primeira a chegar.", "Ele foi o primeiro a chegar."),
    ("A candidata foi a mais votada da cidade.", "O candidato foi o mais votado da cidade."),
    ("A atriz, conhecida pelo papel, foi internada.", "O ator, conhecido pelo papel, foi internado."),
    ("Criada em Belém, a cantora voltou.", "Criado em Belém, o cantor voltou."),
    ("A cineasta dirigiu um curta e foi premiada.", "O cineasta dirigiu um curta e foi premiado."),
    ("A atriz, cujo marido é diplomata, saiu.", "O ator, cuja esposa é diplomata, saiu."),
    ("A violoncelista foi vaiada.", "O violoncelista foi vaiado."),
    ("A zoóloga voltou do campo.", "O zoólogo voltou do campo."),
    ("Filha de lavradores, ela estudou.", "Filho de lavradores, ele estudou."),
    ("A escritora cuja casa virou museu voltou.", "O escritor cuja casa virou museu voltou."),
]


@pytest.mark.parametrize(("female", "male"), RIGHT)
def test_what_is_sure_is_swapped_in_both_directions(female: str, male: str) -> None:
    assert swap(female, PORTUGUESE).text == male
    assert swap(male, PORTUGUESE).text == female


LEFT = [
    "Ele disse que o trabalho o manteve vivo.",  # a clitic after a noun
    "Ela é autora do livro que a tornou famosa.",  # a clitic after que
    "A curiosidade é o que a leva a estudar, disse a pesquisadora.",
    "A irmã mais nova dele, Clara, é dentista.",  # a name between commas
    "Em outra vida luana foi homem.",  # a name without a capital
    "A Patrícia e o marido são médicos.",  # a name that shares the plural
    "Uma soldada condecorada abraçou a irmã.",
    "Ele foi nomeado frei por ela.",
    "As freiras receberam as meninas.",  # plurals of what has no counterpart
    "Ela atua como lateral-direita.",  # the second half of a compound
    "O jogador foi eleito o melhor em campo.",
    "Os irmãos fundaram a editora.",  # a company that looks like a person
    "Ele era o caçula de sete irmãos.",
    "Ela foi mulher de três presidentes.",  # a wife
    "A mulher do prefeito inaugurou a creche.",
    "Ela e o marido, ambos médicos, fundaram a clínica.",  # a plural that holds both genders
    "O garçom é muito gente fina e rápido.",  # an adjective that may be an adverb
    "O diretor entrevistou o transeunte.",  # an unlisted noun of common gender
]


@pytest.mark.parametrize("text", LEFT)
def test_what_may_belong_to_another_or_to_a_name_is_left_alone(text: str) -> None:
    if text.startswith("O diretor"):
        text = text.replace("transeunte", "zarutante")
    attempt = swap(text, PORTUGUESE)
    assert (attempt.status, attempt.text) == ("left alone", text)


STAYS = [
    ("Ela comprou a casa e a vendeu.", "Ele comprou a casa e a vendeu."),
    ("Ela trabalha com a Fernanda.", "Ele trabalha com a Fernanda."),
    ("O pintor, cuja obra viajou o mundo, saiu.", "A pintora, cuja obra viajou o mundo, saiu."),
    ("Ele foi a vítima do golpe.", "Ela foi a vítima do golpe."),
]


@pytest.mark.parametrize(("text", "swapped"), STAYS)
def test_what_belongs_to_a_thing_or_a_name_stays(text: str, swapped: str) -> None:
    assert swap(text, PORTUGUESE).text == swapped


PORTUGUESE_LEFT = [
    "O compositor deixou inacabada a sua última sinfonia.",
    "Ela manteve fechada a loja.",
    "O prefeito deixou a reunião irritado.",
    "A prefeita deixou a reunião irritada.",
    "O maratonista completou a prova zaruto.",
    "A escritora viveu zaruta.",
    "A médica saiu do hotel acompanhada de dois cães.",
    "Segundo Marta, o marido estava fora.",
    "A esposa de Renato chegou.",
    "A principal delas é incentivar o aluno.",
    "Quem quer suco de laranja acaba optando por ela.",
    "O zaruteiro recebeu o título de cidadão honorário.",
    "Drummond trabalhou como professor.",
    "Helena, professora aposentada, doou os livros.",
    "O narrador é um velho rabugento.",
    "Um babaca, se achou o zarutão da festa.",
    "Na casa do senhor há paz.",
]


@pytest.mark.parametrize("text", PORTUGUESE_LEFT)
def test_what_may_be_said_of_somebody_or_something_else_is_left_alone(text: str) -> None:
    assert (swap(text, PORTUGUESE).status, swap(text, PORTUGUESE).text) == ("left alone", text)


@pytest.mark.parametrize(
    ("female", "male"),
    [
        ("Ela nunca se casou e não teve filhos.", "Ele nunca se casou e não teve filhos."),
        ("Ela falava de professores e alunos.", "Ele falava de professores e alunos."),
        ("A personagem dela é mal escrita.", "A personagem dele é mal escrita."),
        ("A protagonista é mal escrita.", "O protagonista é mal escrito."),
        ("Trabalhou como professora até 1960.", "Trabalhou como professor até 1960."),
    ],
)
def test_plurals_of_anybody_stay_and_adverbs_are_passed_over(female: str, male: str) -> None:
    assert swap(female, PORTUGUESE).text == male
    assert swap(male, PORTUGUESE).text == female


ENGLISH_LEFT = [
    "He owned three brother ships.",
    "The company and its sister brands were sold by his heirs.",
    "The mother ship left without her.",
    "The Roman empresses she studied wrote little.",
    "The duchesses praised him.",
    "Her brother Paul taught her to sail.",
    "Her husband, John Smith, bowed.",
    "Her brother-in-law Tom paid.",
    "Queen Anne wore her crown.",
    "Kings and queens are buried in the abbey that he designed.",
    "He was knighted in 1969.",
    "The ladies' final pleased him.",
    "The gentlemen's club expelled him.",
    "The ship lost her mast, and he was blamed.",
    "She gave birth to a son in 1911.",
    "It cites his A Treatise of Algae.",
    "He is the man of the hour.",
    '"Boys will be boys," she sighed.',
    "It is the fastest animal known to man, and she filmed it.",
    "She was an actor in a small troupe.",
    "The actor said she was proud.",
    "Ctenophores are sister to all other animals, he wrote.",
    "Britain lost her American colonies.",
    "She learned Greek from her father, a schoolmaster.",
    "Her uncle was a lampman.",
    "The female lays her eggs in May.",
    "The news upset her Monday.",
]
ENGLISH_RIGHT = [
    ("She was one of the first queens to mint coins.", "He was one of the first kings to mint coins."),
    ("The stepmothers met her.", "The stepfathers met him."),
    ("The women's choir sang.", "The men's choir sang."),
    ("Her last marriage was happy.", "His last marriage was happy."),
    ("She won it for her first novel.", "He won it for his first novel."),
    ("The people near her said nothing.", "The people near him said nothing."),
    ("In Britain she wrote her memoirs.", "In Britain he wrote his memoirs."),
]


@pytest.mark.parametrize("text", ENGLISH_LEFT)
def test_english_relations_names_and_plurals_without_a_counterpart_are_left_alone(text: str) -> None:
    assert (swap(text, ENGLISH).status, swap(text, ENGLISH).text) == ("left alone", text)


@pytest.mark.parametrize(("female", "male"), ENGLISH_RIGHT)
def test_english_plurals_are_swapped_in_both_directions(female: str, male: str) -> None:
    assert swap(female, ENGLISH).text == male
    assert swap(male, ENGLISH).text == female


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("swaps_of_prose", ROOT / "benchmarks" / "portuguese_swaps.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_there_are_three_hundred_sentences_of_prose_and_every_third_is_held_out(benchmark: ModuleType) -> None:
    for language, fewest in (("pt-BR", 220), ("en", 80)):
        rows = [row.split("\t") for row in benchmark.PROSE.read_text(encoding="utf-8").splitlines()[1:]]
        parts = [part for code, _, _, part, _, _ in rows if code == language]
        assert len(parts) >= fewest
        assert [part == "held out" for part in parts] == [place % 3 == 2 for place in range(len(parts))]


@pytest.mark.parametrize("language", ["pt-BR", "en"])
@pytest.mark.parametrize("part", ["looked at", "held out", "second", "unseen"])
def test_prose_is_swapped_rightly(benchmark: ModuleType, language: str, part: str) -> None:
    path = benchmark.UNSEEN if part in ("second", "unseen") else benchmark.PROSE
    figures, _ = benchmark.measure_prose(language, part=part, path=path)
    assert figures.n_right + figures.n_wrong >= 25
    assert figures.n_right / (figures.n_right + figures.n_wrong) >= 0.97
    assert figures.n_of_one_right / figures.n_of_one >= 0.35


def test_each_language_has_sixty_second_sentences_and_more_that_no_rule_was_read_against(benchmark: ModuleType) -> None:
    rows = [row.split("\t") for row in benchmark.UNSEEN.read_text(encoding="utf-8").splitlines()[1:]]
    n_of = {key: sum((row[0], row[3]) == key for row in rows) for key in {(row[0], row[3]) for row in rows}}
    assert n_of == {("pt-BR", "second"): 60, ("en", "second"): 60, ("pt-BR", "unseen"): 60, ("en", "unseen"): 30}


def test_prose_counts_a_swap_that_nobody_wrote_as_wrong_and_knows_what_may_be_left(benchmark: ModuleType) -> None:
    def one(text: str, *golds: str) -> object:
        return benchmark.Prose("pt-BR", "kind", True, "looked at", text, golds)

    sentences = [
        one("Ela saiu.", "Ele saiu."),
        one("Ela é alta.", "Ele é alto."),
        one("Frei Caneca morreu.", "Frei Caneca morreu."),
        one("Ela caiu.", "Ele caiu."),
    ]
    figures = benchmark.count_prose(sentences, ["Ele saiu.", "Ele é alta.", "Frei Caneca morreu.", "Ela caiu."])
    assert (figures.n_right, figures.n_wrong, figures.n_left_rightly, figures.n_left_needlessly) == (1, 1, 1, 1)
    assert (figures.n_of_one, figures.n_of_one_right) == (4, 1)

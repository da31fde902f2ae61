"""Portuguese swaps written by hand, in both directions, and texts that must be left alone."""

import pytest

from boletim.contracts.language import load_language
from boletim.probes.swaps.rules import find_rules
from boletim.probes.swaps.swap import swap

RULES = find_rules(load_language("pt-BR"))

PAIRS = [
    ("Ela saiu cedo.", "Ele saiu cedo."),
    ("Ela está cansada.", "Ele está cansado."),
    ("Ela é linda.", "Ele é lindo."),
    ("Ela é muito linda.", "Ele é muito lindo."),
    ("Ela é linda, loira e rica.", "Ele é lindo, loiro e rico."),
    ("Ela está cansada e preocupada.", "Ele está cansado e preocupado."),
    ("Ela não foi eleita.", "Ele não foi eleito."),
    ("Ela também ficou chateada.", "Ele também ficou chateado."),
    ("Ela vai ser contratada.", "Ele vai ser contratado."),
    ("Ela chegou cansada.", "Ele chegou cansado."),
    ("Ela é feliz e inteligente.", "Ele é feliz e inteligente."),
    ("Ela é jornalista.", "Ele é jornalista."),
    ("Ela é enfermeira.", "Ele é enfermeiro."),
    ("Ela é uma boa enfermeira.", "Ele é um bom enfermeiro."),
    ("Ela tinha chegado tarde.", "Ele tinha chegado tarde."),
    ("Ela está chegando.", "Ele está chegando."),
    ("Ela é uma pessoa legal.", "Ele é uma pessoa legal."),
    ("Gosto dela.", "Gosto dele."),
    ("Penso nela todo dia.", "Penso nele todo dia."),
    ("Elas saíram com eles.", "Eles saíram com elas."),
    ("Todas elas foram convidadas.", "Todos eles foram convidados."),
    ("A médica cansada saiu.", "O médico cansado saiu."),
    ("A médica saiu cansada.", "O médico saiu cansado."),
    ("Falei com a professora.", "Falei com o professor."),
    ("Uma amiga minha ligou.", "Um amigo meu ligou."),
    ("Minha irmã mora longe.", "Meu irmão mora longe."),
    ("A minha mãe trabalha muito.", "O meu pai trabalha muito."),
    ("Minhas amigas são chatas.", "Meus amigos são chatos."),
    ("Fui à casa da minha tia.", "Fui à casa do meu tio."),
    ("Entreguei à aluna.", "Entreguei ao aluno."),
    ("Passei pela vizinha.", "Passei pelo vizinho."),
    ("Confio na advogada.", "Confio no advogado."),
    ("Essa menina joga bem.", "Esse menino joga bem."),
    ("Aquela mulher foi presa ontem.", "Aquele homem foi preso ontem."),
    ("A mulher que foi presa fugiu.", "O homem que foi preso fugiu."),
    ("As mulheres foram demitidas.", "Os homens foram demitidos."),
    ("Duas mulheres chegaram.", "Dois homens chegaram."),
    ("Várias alunas faltaram.", "Vários alunos faltaram."),
    ("A nova diretora chegou.", "O novo diretor chegou."),
    ("A própria médica ligou.", "O próprio médico ligou."),
    ("A jornalista ficou calada.", "O jornalista ficou calado."),
    ("A jovem médica falou.", "O jovem médico falou."),
    ("Uma dentista abriu a porta.", "Um dentista abriu a porta."),
    ("Minha chefe ligou.", "Meu chefe ligou."),
    ("Sua mãe ligou.", "Seu pai ligou."),
    ("Ela vendeu seu carro.", "Ele vendeu seu carro."),
    ("Ela vendeu sua casa.", "Ele vendeu sua casa."),
    ("A mãe dela é linda.", "O pai dele é lindo."),
    ("A avó ficou viúva.", "O avô ficou viúvo."),
    ("A atriz ganhou.", "O ator ganhou."),
    ("A juíza decidiu.", "O juiz decidiu."),
    ("ELA ESTÁ CANSADA!", "ELE ESTÁ CANSADO!"),
    ("A MULHER FALOU.", "O HOMEM FALOU."),
    ("À MULHER, TUDO.", "AO HOMEM, TUDO."),
    ("@user ela é louca kkkkk", "@user ele é louco kkkkk"),
    ("vou pedir pra minha mãe", "vou pedir pro meu pai"),
    ("Segundo ela, a menina caiu.", "Segundo ele, o menino caiu."),
    ("Minha ex-namorada ligou.", "Meu ex-namorado ligou."),
    ("Amiga, cheguei!", "Amigo, cheguei!"),
    ("Ela mesma fez.", "Ele mesmo fez."),
    ("Minha filha é médica e meu filho é advogado.", "Meu filho é médico e minha filha é advogada."),
    ("A casa dela é linda.", "A casa dele é linda."),
    ("A casa da minha mãe é bonita.", "A casa do meu pai é bonita."),
    ("Encontrei ela e convidei-a.", "Encontrei ele e convidei-o."),
    ("Ela, furiosa, saiu.", "Ele, furioso, saiu."),
]

LEFT_ALONE = [
    "Eu a amo, ela sabe.",
    "Ela está grávida.",
    "Ela comprou roupa usada ontem e saiu animada.",
    "Ela chegou. Estava cansada.",
    "Ela é teimosinha.",
    "Ela é a melhor.",
    "Filho da puta!",
    "Nossa Senhora, ela caiu!",
    "O cara viu ela.",
    "Peguei o ônibus e ele quebrou.",
    "A blusa chegou e ela é ótima.",
    "Minha mulher saiu.",
    "Dona Maria e ela saíram.",
    "Ele é um dos melhores.",
    "Uma delas caiu.",
    "A mulher carioca saiu.",
    "O homem teimosíssimo saiu.",
    "Convidamos todos/as os/as alunos/as.",
    "O Pai Nosso é dele.",
    "Deus sabe, ele é grande.",
    "O rapaz e ela saíram.",
    "Eu tô cansada e ela também.",
    "Ele ou ela.",
    "É dia da mulher.",
    "A matéria-prima é dela.",
    "O Homem Aranha gosta dela.",
    "Ela viu a goleadora.",
    "Essa aí é amiga dela.",
    "Ela e a irmã são lindas.",
    "Ela é dona de casa.",
    "A que saiu é minha amiga.",
]

NOTHING = [
    "A casa é linda.",
    "Você é muito idiota.",
    "Seu carro quebrou.",
    "",
    "kkkkk",
    "@ela #ele https://ela.example",
    "Vi o filme.",
]


@pytest.mark.parametrize(("female", "male"), PAIRS)
def test_swaps_in_both_directions(female: str, male: str) -> None:
    assert (swap(female, RULES).status, swap(female, RULES).text) == ("swapped", male)
    assert (swap(male, RULES).status, swap(male, RULES).text) == ("swapped", female)


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_unsafe_texts_are_left_alone_with_a_reason(text: str) -> None:
    attempt = swap(text, RULES)
    assert (attempt.status, attempt.text) == ("left alone", text)
    assert attempt.left_because


@pytest.mark.parametrize("text", NOTHING)
def test_texts_without_gendered_words_have_nothing_to_swap(text: str) -> None:
    assert swap(text, RULES).status == "nothing to swap"


def test_gender_is_that_of_the_original_text() -> None:
    assert swap("Ela saiu.", RULES).gender == "female"
    assert swap("O jornalista saiu.", RULES).gender == "male"
    assert swap("A aluna viu o professor.", RULES).gender == "mixed"

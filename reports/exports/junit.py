"""The gates as JUnit XML, which continuous integration reads."""

import re
from xml.etree import ElementTree

from boletim.contracts.results.card import Card
from boletim.reports.page.context import Context, words_of
from boletim.reports.views.page_one import gate_line

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render_junit(card: Card) -> str:
    """One test case per gate: a missed gate is a failure, one that cannot be told an error, so neither is green.

    A waived gate is skipped, and says who waived it, why and until when.
    """
    context = Context(card, words_of(card, "en"))
    judged = [gate.status for gate in card.gates if not gate.is_waived]
    suite = ElementTree.Element(
        "testsuite",
        name=f"boletim {card.name}",
        tests=str(len(card.gates)),
        failures=str(judged.count("fail")),
        errors=str(judged.count("insufficient evidence")),
        skipped=str(len(card.gates) - len(judged)),
        timestamp=card.provenance.created,
    )
    for gate in card.gates:
        sign = ">=" if gate.bar == "at_least" else "<="
        case = ElementTree.SubElement(
            suite, "testcase", classname="gates", name=_text(f"{gate.measure} {sign} {gate.threshold:g}"), time="0"
        )
        if gate.status != "pass":
            kind = "skipped" if gate.is_waived else "failure" if gate.status == "fail" else "error"
            ElementTree.SubElement(case, kind, type=gate.status, message=_text(gate_line(context, gate)))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _text(value: str) -> str:
    """Without the characters that no XML file may hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value)

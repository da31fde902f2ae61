"""`boletim sign`: the signature holds, whatever is changed afterwards is named, and the card stays an archive."""

import datetime
import importlib.util
from pathlib import Path

import pytest
from typer.testing import CliRunner

from boletim.cli import app
from boletim.contracts.errors import InputError
from boletim.contracts.verification import VerifiedItem
from boletim.verify import outcome_of, verify_file
from reports.pdf_check import find_defects
from reports.signature import SigningKey, check_signature, sign_card

if importlib.util.find_spec("pyhanko") is None:
    pytest.skip("signatures need pyHanko; pip install '.[sign]'", allow_module_level=True)

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with signer.p12 (password `secret`), key.pem and certificate.pem of a self-signed signer."""
    folder = tmp_path_factory.mktemp("keys")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Head of evaluation")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now - DAY).not_valid_after(now + DAY)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    sealed = pkcs12.serialize_key_and_certificates(b"s", key, certificate, None, BestAvailableEncryption(b"secret"))
    (folder / "signer.p12").write_bytes(sealed)
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    return folder


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signed")
    rows = "".join(f"{'ab'[i % 2]},{'ab'[i % 2 if i % 7 else 0]}\n" for i in range(80))
    (folder / "p.csv").write_text(f"label,predicted\n{rows}")
    command = f"audit --predictions {folder}/p.csv --quiet --run-dir {folder}/run --set audit.bootstrap=100"
    assert CliRunner().invoke(app, command.split()).exit_code == 0
    return folder / "run" / "card.pdf"


@pytest.fixture(scope="module")
def signed(card: Path, keys: Path) -> Path:
    patch = pytest.MonkeyPatch()
    patch.setenv("BOLETIM_KEY_PASSWORD", "secret")
    result = CliRunner().invoke(app, ["sign", str(card), "--key", str(keys / "signer.p12")])
    patch.undo()
    assert result.exit_code == 0, result.exception
    return card.with_name("card.signed.pdf")


def of_signature(items: list[VerifiedItem]) -> list[VerifiedItem]:
    return [item for item in items if item.what == "signature"]


def test_a_signed_card_agrees_and_says_who_signed(card: Path, signed: Path) -> None:
    assert signed.read_bytes().startswith(card.read_bytes())
    items = verify_file(signed)
    assert outcome_of(items) == "agrees", items
    (item,) = of_signature(items)
    assert "Common Name: Head of evaluation" in item.detail
    assert "what was signed" in next(i.detail for i in items if i.what == "file")
    assert of_signature(verify_file(card)) == []


def test_a_signed_card_is_still_an_archive(signed: Path) -> None:
    assert find_defects(signed.read_bytes()) == []


def test_every_byte_counts(signed: Path) -> None:
    content = signed.read_bytes()
    start = content.rindex(b"/Contents")  # the signature itself stands there, its own bytes are padded
    end = content.index(b">", start)
    for place in (20, 5_000, len(content) // 2, start - 400, end + 30):
        changed = bytearray(content)
        changed[place] ^= 1
        (item,) = check_signature(bytes(changed))
        assert item.status == "differs", place
    (item,) = check_signature(content + b"\n% more")
    assert item.status == "differs"
    assert "added" in item.detail


def test_a_change_to_the_evidence_is_named_by_verify(signed: Path, tmp_path: Path) -> None:
    content = bytearray(signed.read_bytes())
    place = content.index(b"%", 5) + 1  # in a comment, which no reader looks at
    content[place] ^= 1
    path = tmp_path / "moved.pdf"
    path.write_bytes(content)
    differs = {item.what: item.detail for item in verify_file(path) if item.status == "differs"}
    assert "signature" in differs
    assert f"first difference at byte {place:,}" in differs["file"]


def test_a_card_is_signed_once(signed: Path, keys: Path) -> None:
    with pytest.raises(InputError, match="signed once"):
        sign_card(signed.read_bytes(), SigningKey(keys / "key.pem", keys / "certificate.pem"))


def test_a_pem_key_signs_as_well(card: Path, keys: Path) -> None:
    content = sign_card(card.read_bytes(), SigningKey(keys / "key.pem", keys / "certificate.pem"))
    assert [item.status for item in check_signature(content)] == ["agrees"]


@pytest.mark.parametrize(
    ("key", "password", "rule"),
    [("none.p12", None, "is none"), ("signer.p12", "wrong", "cannot be used"), ("certificate.pem", None, "cannot be")],
)
def test_what_is_no_key_is_one_line(card: Path, keys: Path, key: str, password: str | None, rule: str) -> None:
    with pytest.raises(InputError, match=rule) as caught:
        sign_card(card.read_bytes(), SigningKey(keys / key, None, password))
    assert "\n" not in str(caught.value)


def test_without_pyhanko_it_is_said(signed: Path, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.signature.find_spec", lambda name: None)
    (item,) = check_signature(signed.read_bytes())
    assert item.status == "not checked"
    with pytest.raises(InputError, match=r"boletim\[sign\]"):
        sign_card(b"", SigningKey(keys / "key.pem"))

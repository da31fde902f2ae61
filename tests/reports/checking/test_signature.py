"""`boletim sign`: the signature holds, whatever is changed afterwards is named, and the card stays an archive."""

import datetime
import importlib.util
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from boletim.app.cli import app
from boletim.app.flows.verify import outcome_of, verify_file
from boletim.contracts.errors import InputError
from boletim.contracts.results.verification import VerifiedItem
from boletim.reports.checking.signature import SigningKey, check_signature, sign_card
from boletim.reports.checking.signed_tail import is_signature_alone

if importlib.util.find_spec("pyhanko") is None:
    pytest.skip("signatures need pyHanko; pip install '.[sign]'", allow_module_level=True)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory, make_signer: Callable[..., None]) -> Path:
    """A folder with the files of a signer."""
    folder = tmp_path_factory.mktemp("keys")
    make_signer(folder)
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
    assert "signed by “Common Name: Head of evaluation”" in item.detail
    assert "what was signed" in next(i.detail for i in items if i.what == "file")
    assert of_signature(verify_file(card)) == []


def test_a_signed_card_is_still_an_archive(signed: Path, find_defects: Callable[[bytes], list[str]]) -> None:
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
    monkeypatch.setattr("boletim.reports.checking.signature.find_spec", lambda name: None)
    (item,) = check_signature(signed.read_bytes())
    assert item.status == "not checked"
    with pytest.raises(InputError, match=r"boletim\[sign\]"):
        sign_card(b"", SigningKey(keys / "key.pem"))


def test_a_time_stamp_says_when_and_the_signature_still_stands_alone(
    card: Path, keys: Path, tmp_path: Path, make_signer: Callable[..., None]
) -> None:
    """A stand-in for the authority, which answers in the process (pyHanko's DummyTimeStamper)."""
    from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
    from pyhanko.sign.timestamps import DummyTimeStamper

    make_signer(tmp_path, stamps=True)
    certificate = load_cert_from_pemder(str(tmp_path / "certificate.pem"))
    key = load_private_key_from_pemder(str(tmp_path / "key.pem"), None)
    moment = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    clock = DummyTimeStamper(certificate, key, fixed_dt=moment)
    content = sign_card(card.read_bytes(), SigningKey(keys / "key.pem", keys / "certificate.pem"), clock)
    (item,) = check_signature(content)
    assert item.status == "agrees", item
    assert f"{moment:%Y-%m-%d %H:%M} UTC by the time stamp of “Common Name: Clock”" in item.detail
    assert is_signature_alone(content, card.read_bytes())
    assert not is_signature_alone(content.replace(b"/F 132", b"/F 128"), card.read_bytes())


@pytest.mark.filterwarnings("ignore:Attribute's length")
@pytest.mark.parametrize(
    "name", ["Head”; a certificate that --trust vouches for", "a\nb", "\x1b[2Ja", "\u202eabc", "x" * 60_000]
)
def test_a_name_on_a_certificate_says_nothing_outside_its_quotes(
    name: str, card: Path, tmp_path: Path, make_signer: Callable[..., None]
) -> None:
    make_signer(tmp_path, name=name)
    content = sign_card(card.read_bytes(), SigningKey(tmp_path / "key.pem", tmp_path / "certificate.pem"))
    (item,) = check_signature(content)
    before, said, after = re.split("[“”]", item.detail)
    assert before == "signed by "
    assert after.startswith("; a certificate nobody vouched for; ")
    assert said.isprintable()
    assert len(said) < 250


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("ftp://x", "takes the http"),
        ("ftp://u:geheim@x", "takes the http"),
        ("https://u:geheim@127.0.0.1/", "without a password"),
        ("https://127.0.0.1/?api_key=geheim", "without a password"),
        ("http://127.0.0.1:9/", "no time stamp"),
        ("http://127.0.0.1:nine/", "no time stamp"),
        ("http://[::1/", "no time stamp"),
        ("http://", "no time stamp"),
    ],
)
def test_no_time_stamp_no_signature(card: Path, keys: Path, tmp_path: Path, url: str, rule: str) -> None:
    own = ["--key", str(keys / "key.pem"), "--certificate", str(keys / "certificate.pem")]
    where = ["--timestamp", url, "--output", str(tmp_path / "s.pdf")]
    result = CliRunner().invoke(app, ["sign", str(card), *own, *where])
    assert isinstance(result.exception, InputError)
    assert rule in str(result.exception)
    assert "geheim" not in str(result.exception)
    assert "\n" not in str(result.exception)
    assert not (tmp_path / "s.pdf").exists()


def test_the_first_lines_say_who_signed_and_what_agreement_means(card: Path, signed: Path) -> None:
    for path, first in ((signed, "Head of evaluation"), (card, "signature: none, so nobody vouches")):
        lines = CliRunner().invoke(app, ["verify", str(path)]).stdout.splitlines()
        assert first in lines[0]
        assert "who made it, when" in lines[1]


@pytest.mark.parametrize(("key", "is_free"), [(b"/CreationDate", False), (b"/ModDate", True), (b"/M", True)])
def test_only_the_moment_of_signing_may_be_another(card: Path, signed: Path, key: bytes, is_free: bool) -> None:
    drawn, content = card.read_bytes(), signed.read_bytes()
    found = list(re.finditer(re.escape(key) + rb" \(D\\072(\d{4})", content[len(drawn) :]))
    assert len(found) == 1
    place = len(drawn) + found[0].start(1)
    assert is_signature_alone(content[:place] + b"1999" + content[place + 4 :], drawn) is is_free

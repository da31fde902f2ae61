"""`boletim sign --timestamp` against a server of the test's own: each answer has its outcome."""

import importlib.util
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from boletim.app.cli import app
from boletim.contracts.errors import InputError
from boletim.reports.checking.signature import check_signature

if importlib.util.find_spec("pyhanko") is None:
    pytest.skip("signatures need pyHanko; pip install '.[sign]'", allow_module_level=True)

from asn1crypto import tsp
from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
from pyhanko.sign.timestamps import DummyTimeStamper

REPLY = "application/timestamp-reply"
Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory, make_signer: Callable[..., None]) -> Path:
    folder = tmp_path_factory.mktemp("signer")
    make_signer(folder)
    return folder


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory, make_signer: Callable[..., None]) -> Path:
    """The key and the self-signed certificate of the authority."""
    folder = tmp_path_factory.mktemp("clock")
    make_signer(folder, stamps=True)
    return folder


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stamped")
    rows = "".join(f"{'ab'[i % 2]},{'ab'[i % 2 if i % 7 else 0]}\n" for i in range(80))
    (folder / "p.csv").write_text(f"label,predicted\n{rows}")
    command = f"audit --predictions {folder}/p.csv --quiet --run-dir {folder}/run --set audit.bootstrap=100"
    assert CliRunner().invoke(app, command.split()).exit_code == 0
    return folder / "run" / "card.pdf"


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    """serve(answer): the address of a server that answers so."""
    running: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        running.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/stamp"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def send(handler: BaseHTTPRequestHandler, content: bytes, status: int = 200, kind: str = REPLY) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def stamped(clock: Path, question: bytes, change: Callable[[Any], None] = lambda request: None) -> Any:
    """pyHanko's answer to the question, or to the question as it was changed."""
    certificate = load_cert_from_pemder(str(clock / "certificate.pem"))
    request = tsp.TimeStampReq.load(question).copy()
    change(request)
    stamper = DummyTimeStamper(certificate, load_private_key_from_pemder(str(clock / "key.pem"), None))
    return stamper.request_tsa_response(request)


def of_openssl(clock: Path, folder: Path, question: bytes) -> bytes:
    """The answer of an authority that is not of Python at all."""
    (folder / "serial").write_text("01\n")
    (folder / "question").write_bytes(question)
    (folder / "tsa.cnf").write_text(
        f"[tsa]\nserial={folder}/serial\ncrypto_device=builtin\nsigner_cert={clock}/certificate.pem\n"
        f"signer_key={clock}/key.pem\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\n"
        "accuracy=secs:1\nordering=no\ntsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n"
    )
    command = ["openssl", "ts", "-reply", "-config", f"{folder}/tsa.cnf", "-section", "tsa"]
    command += ["-queryfile", f"{folder}/question", "-out", f"{folder}/answer"]
    subprocess.run(command, check=True, capture_output=True)
    return (folder / "answer").read_bytes()


def sign(card: Path, signer: Path, folder: Path, url: str) -> tuple[Path, str]:
    """Where the signed card is to be, and what was said."""
    keys = ["--key", str(signer / "key.pem"), "--certificate", str(signer / "certificate.pem")]
    target = folder / "signed.pdf"
    result = CliRunner().invoke(app, ["sign", str(card), *keys, "--timestamp", url, "--output", str(target)])
    assert result.exception is None or isinstance(result.exception, InputError), result.exception
    return target, str(result.exception or "")


@pytest.mark.parametrize("authority", ["pyhanko", "openssl"])
def test_a_good_answer_says_when_and_whose_clock_it_was(
    authority: str, card: Path, signer: Path, clock: Path, tmp_path: Path, serve: Callable[[Answer], str]
) -> None:
    if authority == "openssl" and not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    asked = []

    def answer(handler: BaseHTTPRequestHandler, question: bytes) -> None:
        asked.append(handler.headers["Content-Type"])
        is_own = authority == "pyhanko"
        send(handler, stamped(clock, question).dump() if is_own else of_openssl(clock, tmp_path, question))

    target, said = sign(card, signer, tmp_path, serve(answer))
    assert said == ""
    assert set(asked) == {"application/timestamp-query"}
    result = CliRunner().invoke(app, ["verify", str(target)])
    assert result.exit_code == 0, result.stdout
    assert "UTC by the time stamp of “Common Name: Clock”, which nobody vouched for" in result.stdout
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes((signer / "certificate.pem").read_bytes() + (clock / "certificate.pem").read_bytes())
    (item,) = check_signature(target.read_bytes(), trusted)
    assert item.status == "agrees"
    assert "“Common Name: Clock”, vouched for by --trust" in item.detail


def change_digest(request: Any) -> None:
    request["message_imprint"]["hashed_message"] = bytes(32)


def change_nonce(request: Any) -> None:
    request["nonce"] = 7


def refused(clock: Path, question: bytes) -> bytes:
    """Without a token, as RFC 3161 has it."""
    status = {"status": "rejection", "status_string": ["not \x1b[31m\ntoday"], "fail_info": {"bad_alg"}}
    content: bytes = tsp.PKIStatusInfo(status).dump()
    return bytes([0x30, len(content)]) + content


def without_certificate(clock: Path, question: bytes) -> bytes:
    answer = stamped(clock, question)
    answer["time_stamp_token"]["content"]["certificates"] = []
    content: bytes = answer.dump(force=True)
    return content


def forged(clock: Path, question: bytes) -> bytes:
    answer = stamped(clock, question)
    answer["time_stamp_token"]["content"]["signer_infos"][0]["signature"] = bytes(256)
    content: bytes = answer.dump(force=True)
    return content


WRONG: list[tuple[str, Callable[[Path, bytes], bytes]]] = [
    ("stamps something else", lambda clock, question: stamped(clock, question, change_digest).dump()),
    ("its nonce differs", lambda clock, question: stamped(clock, question, change_nonce).dump()),
    ("the authority refused: rejection, not [31mtoday, bad_alg", refused),
    ("lacks the certificate", without_certificate),
    ("does not hold", forged),
    ("no time stamp that can be read", lambda clock, question: b""),
    ("no time stamp that can be read", lambda clock, question: bytes(range(256))),
    ("no time stamp that can be read", lambda clock, question: stamped(clock, question).dump()[:-40]),
    ("no time stamp that can be read", lambda clock, question: stamped(clock, question).dump() + b"more"),
    ("longer than 64 KiB", lambda clock, question: bytes(2**17)),
]


@pytest.mark.parametrize(("rule", "make"), WRONG, ids=[f"{i} {rule}" for i, (rule, _) in enumerate(WRONG)])
def test_an_answer_that_is_not_to_the_question_is_one_line(
    rule: str,
    make: Callable[[Path, bytes], bytes],
    card: Path,
    signer: Path,
    clock: Path,
    tmp_path: Path,
    serve: Callable[[Answer], str],
) -> None:
    _, said = sign(card, signer, tmp_path, serve(lambda handler, question: send(handler, make(clock, question))))
    assert rule in said
    assert "check --timestamp, or sign without it" in said
    assert "\n" not in said
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("status", "kind", "rule"),
    [
        (500, REPLY, "the server answered HTTP 500"),
        (404, "text/html", "the server answered HTTP 404"),
        (200, "text/html", "of the kind text/html"),
    ],
)
def test_a_server_that_is_none_or_in_trouble_is_one_line(
    status: int, kind: str, rule: str, card: Path, signer: Path, tmp_path: Path, serve: Callable[[Answer], str]
) -> None:
    target, said = sign(card, signer, tmp_path, serve(lambda handler, _: send(handler, b"<html>", status, kind)))
    assert rule in said
    assert "\n" not in said
    assert not target.exists()


@pytest.mark.parametrize("dribbles", [False, True])
def test_a_slow_server_is_waited_for_only_so_long(
    dribbles: bool,
    card: Path,
    signer: Path,
    tmp_path: Path,
    serve: Callable[[Answer], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("boletim.reports.checking.time_stamp.LONGEST_S", 0.5)
    over = threading.Event()

    def answer(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        while not over.wait(0.1):
            if dribbles:
                handler.wfile.write(b"H")
                handler.wfile.flush()

    begun = time.monotonic()
    target, said = sign(card, signer, tmp_path, serve(answer))
    over.set()
    assert "no time stamp came (" in said
    assert "\n" not in said
    assert time.monotonic() - begun < 10
    assert not target.exists()


def test_a_second_answer_that_needs_more_room_is_one_line(
    card: Path, signer: Path, clock: Path, tmp_path: Path, serve: Callable[[Answer], str]
) -> None:
    """The first answer only tells how much room a token takes."""
    certificate = load_cert_from_pemder(str(clock / "certificate.pem"))
    others = [load_cert_from_pemder(str(signer / "certificate.pem"))] * 20
    key = load_private_key_from_pemder(str(clock / "key.pem"), None)
    asked = []

    def answer(handler: BaseHTTPRequestHandler, question: bytes) -> None:
        asked.append(question)
        stamper = DummyTimeStamper(certificate, key)
        token = stamper.request_tsa_response(tsp.TimeStampReq.load(question))
        if len(asked) > 1:
            token["time_stamp_token"]["content"]["certificates"] = [certificate, *others]
        send(handler, token.dump(force=True))

    target, said = sign(card, signer, tmp_path, serve(answer))
    assert len(asked) == 2
    assert "much longer than the first" in said
    assert not target.exists()

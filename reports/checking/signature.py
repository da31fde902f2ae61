"""A PAdES signature on a card: put it on, and say whether that on a file is whole. Needs the extra `sign`."""

import hashlib
import io
import logging
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from boletim.contracts.configuration.passwords import holds_password
from boletim.contracts.configuration.yaml_reading import shown
from boletim.contracts.errors import InputError
from boletim.contracts.results.verification import VerifiedItem, VerifiedStatus
from boletim.reports.checking.card_file import is_signed, read_card_file

_HOW = "pip install 'boletim[sign]'"
_PKCS12 = (".p12", ".pfx")
_LONGEST_NAME = 200
_WHAT, _FIELD = "signature", "Signature"


@dataclass(frozen=True)
class SigningKey:
    """Where the key of a signer lies."""

    key: Path
    """PKCS#12 (.p12, .pfx), or a private key in PEM."""
    certificate: Path | None = None
    """In PEM, with a PEM key; None where the key's file holds it too."""
    password: str | None = None


def sign_card(content: bytes, signing_key: SigningKey, stamper: Any = None) -> bytes:
    """The card with a signature appended; what was there before stays byte for byte.

    Args:
        content: A card's PDF, not signed before.
        signing_key: Of whoever signs.
        stamper: pyHanko's TimeStamper (`time_stamper`), which says when; None leaves it to the signer's clock.

    Raises:
        InputError: pyHanko is not installed, the file is no card, the key cannot be used, or no time stamp came.

    References:
        ETSI EN 319 142-1 (PAdES), baseline level B-B: SHA-256 over the whole file; with a time stamp (RFC 3161) B-T.
    """
    if find_spec("pyhanko") is None:
        raise InputError(f"signing needs pyHanko, which is not installed; {_HOW}")
    read_card_file(content)
    if is_signed(content):
        raise InputError(
            "a card is signed once, this one is signed already; sign the card.pdf that `boletim render` draws"
        )
    signed = append_signature(content, _signer(signing_key), stamper)
    if stamper is not None and any(item.status == "differs" for item in check_signature(signed)):
        raise InputError("the time stamp that came does not hold; check --timestamp, or sign without it")
    return signed


def time_stamper(url: str) -> Any:
    """Asks the time-stamping authority at this address, over HTTP, when a card is signed.

    Raises:
        InputError: It is no such address, or pyHanko is not installed.
    """
    if not url.startswith(("https://", "http://")):
        raise InputError(f"--timestamp takes the http(s) address of a time-stamping authority, got {shown(url)}")
    if holds_password(url):
        raise InputError("--timestamp takes an address without a password, this holds one; ask for one that needs none")
    if find_spec("pyhanko") is None:
        raise InputError(f"a time stamp needs pyHanko, which is not installed; {_HOW}")
    from boletim.reports.checking.time_stamp import Stamper

    return Stamper(url)


def append_signature(content: bytes, signer: Any, stamper: Any = None, room: int | None = None) -> bytes:
    """What signing adds, after the content; `room` is how many characters the signature takes, known beforehand.

    Raises:
        InputError: The time-stamping authority gave no time stamp.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko.sign.timestamps import TimestampRequestError

    _quieten()
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    field = fields.SigFieldSpec(_FIELD, readable_field_name="Signature of the card")
    about = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    pen = signers.PdfSigner(about, signer=signer, timestamper=stamper, new_field_spec=field)
    try:
        signed = pen.sign_pdf(writer, bytes_reserved=room)
    except (TimestampRequestError, OSError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"no time stamp came ({said}); check --timestamp, or sign without it") from error
    result: bytes = signed.getvalue()
    return result


def check_signature(content: bytes, trusted: Path | None = None) -> list[VerifiedItem]:
    """One item on who signed, or why that is not checked; none where the file is not signed.

    Args:
        content: A card's PDF.
        trusted: Certificates in PEM that the reader trusts; without them nobody vouches for a signer.
    """
    if not is_signed(content):
        return []
    if find_spec("pyhanko") is None:
        return [_item("not checked", f"the file is signed, and checking it needs pyHanko; {_HOW}")]
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    _quieten()
    roots = _certificates(trusted) if trusted else []
    try:
        found = list(PdfFileReader(io.BytesIO(content)).embedded_signatures)
        if len(found) != 1:
            return [_item("differs", f"a card is signed once, this file has {len(found)} signatures that can be read")]
        return [_checked(found[0], roots)]
    except (PdfError, ValueError, KeyError, TypeError, OSError, AttributeError, RecursionError) as error:
        return [_item("differs", f"the signature cannot be read ({' '.join(str(error).split())})")]


def _checked(signature: Any, roots: list[Any]) -> VerifiedItem:
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    # what was added is compared byte for byte in reports/checking/signed_tail.py, so no policy judges it here
    try:
        contexts = [ValidationContext(trust_roots=roots, allow_fetching=False) for _ in range(2)]
        status = validate_pdf_signature(signature, *contexts, skip_diff=True)
    except (SignatureValidationError, SigningError) as error:
        return _item("differs", f"the signature is not whole ({error})")
    if not (status.intact and status.valid):
        return _item(
            "differs", "the signed bytes were changed after signing" if not status.intact else "it is not valid"
        )
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return _item("differs", "bytes were added to the file after it was signed")
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid):
        return _item("differs", "its time stamp is not valid")
    certificate = signature.signer_cert
    digest = hashlib.sha256(certificate.dump()).hexdigest()
    who = f"signed by {_named(certificate)}"
    if roots and not status.trusted:
        return _item("differs", f"{who}, whose certificate (sha256 {digest}) no certificate in --trust vouches for")
    vouched = "a certificate that --trust vouches for" if roots else "a certificate nobody vouched for"
    return _item("agrees", f"{who}; {vouched}; {_moment(signature, status)}; whole; certificate sha256 {digest}")


def _moment(signature: Any, status: Any) -> str:
    stamp = status.timestamp_validity
    if stamp is not None:
        by = _named(stamp.signing_cert)
        trust = "vouched for by --trust" if stamp.trusted else "which nobody vouched for"
        return f"{stamp.timestamp:%Y-%m-%d %H:%M} UTC by the time stamp of {by}, {trust}"
    told = signature.self_reported_timestamp
    return f"{told:%Y-%m-%d %H:%M} UTC by the signer's own clock" if told else "no time is given"


def _named(certificate: Any) -> str:
    """The holder as the certificate says, in quotes, which a name of anybody's choice cannot close."""
    said = "".join(c if c.isprintable() and c not in "“”" else "\ufffd" for c in certificate.subject.human_friendly)
    return f"“{said if len(said) <= _LONGEST_NAME else said[:_LONGEST_NAME] + '…'}”"


def _certificates(path: Path) -> list[Any]:
    from pyhanko.keys import load_certs_from_pemder

    try:
        found = list(load_certs_from_pemder([str(path)]))
    except (OSError, ValueError) as error:
        raise InputError(f"--trust takes a file of certificates in PEM, {path} is none; check the path") from error
    if not found:
        raise InputError(f"--trust takes a file of certificates in PEM, {path} holds none; check the file")
    return found


def _signer(signing_key: SigningKey) -> Any:
    from pyhanko.sign.signers import SimpleSigner

    key = signing_key.key
    for path in (key, signing_key.certificate):
        if path is not None and not path.is_file():
            raise InputError(f"a key and a certificate are files, {path} is none; check the path")
    password = signing_key.password.encode() if signing_key.password else None
    if key.suffix.lower() in _PKCS12:
        signer = SimpleSigner.load_pkcs12(str(key), passphrase=password)
    else:
        signer = SimpleSigner.load(str(key), str(signing_key.certificate or key), key_passphrase=password)
    if signer is None:
        raise InputError(
            f"a key is PKCS#12 (.p12, .pfx) or PEM with its certificate, {key} cannot be used as one; "
            "check the file, and its password in BOLETIM_KEY_PASSWORD"
        )
    return signer


def _quieten() -> None:
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # it logs what we then say in one line


def _item(status: VerifiedStatus, detail: str) -> VerifiedItem:
    return VerifiedItem(what=_WHAT, status=status, detail=detail)

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
from boletim.contracts.sentence import Sentence
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
        raise InputError("signing_needs", how=_HOW)
    read_card_file(content)
    if is_signed(content):
        raise InputError("signed_once")
    signed = append_signature(content, _signer(signing_key), stamper)
    if stamper is not None and any(item.status == "differs" for item in check_signature(signed)):
        raise InputError("stamp_broken")
    return signed


def time_stamper(url: str) -> Any:
    """Asks the time-stamping authority at this address, over HTTP, when a card is signed.

    Raises:
        InputError: It is no such address, or pyHanko is not installed.
    """
    if not url.startswith(("https://", "http://")):
        raise InputError("stamp_address", url=shown(url))
    if holds_password(url):
        raise InputError("stamp_password")
    if find_spec("pyhanko") is None:
        raise InputError("stamp_needs", how=_HOW)
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
        told = error.args[0] if error.args else None
        said = told if isinstance(told, Sentence) else " ".join(str(error).split()) or type(error).__name__
        raise InputError("stamp_none", said=said) from error
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
        return [_item("not checked", Sentence("terminal.verify.no_pyhanko", how=_HOW))]
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    _quieten()
    roots = _certificates(trusted) if trusted else []
    try:
        found = list(PdfFileReader(io.BytesIO(content)).embedded_signatures)
        if len(found) != 1:
            return [_item("differs", Sentence("terminal.verify.signed_times", n=len(found)))]
        return [_checked(found[0], roots)]
    except (PdfError, ValueError, KeyError, TypeError, OSError, AttributeError, RecursionError) as error:
        return [_item("differs", Sentence("terminal.verify.signature_unread", reason=" ".join(str(error).split())))]


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
        return _item("differs", Sentence("terminal.verify.signature_broken", reason=error))
    if not (status.intact and status.valid):
        return _item("differs", Sentence(f"terminal.verify.sign{'ature_invalid' if status.intact else 'ed_changed'}"))
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return _item("differs", Sentence("terminal.verify.bytes_added"))
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid):
        return _item("differs", Sentence("terminal.verify.stamp_invalid"))
    certificate = signature.signer_cert
    digest = hashlib.sha256(certificate.dump()).hexdigest()
    who = Sentence("terminal.verify.signed_by", who=_named(certificate))
    if roots and not status.trusted:
        return _item("differs", Sentence("terminal.verify.signed_strange", who=who, digest=digest))
    vouched, moment = Sentence(f"terminal.verify.{'' if roots else 'not_'}vouched"), _moment(signature, status)
    return _item(
        "agrees",
        Sentence("terminal.verify.signed_whole", who=who, vouched=vouched, moment=moment, digest=digest),
    )


def _moment(signature: Any, status: Any) -> str:
    stamp = status.timestamp_validity
    if stamp is not None:
        by = _named(stamp.signing_cert)
        trust = Sentence(f"terminal.verify.stamp_{'' if stamp.trusted else 'not_'}vouched")
        return Sentence("terminal.verify.by_stamp", time=f"{stamp.timestamp:%Y-%m-%d %H:%M}", by=by, trust=trust)
    told = signature.self_reported_timestamp
    if not told:
        return Sentence("terminal.verify.no_time")
    return Sentence("terminal.verify.by_clock", time=f"{told:%Y-%m-%d %H:%M}")


def _named(certificate: Any) -> str:
    """The holder as the certificate says, in quotes, which a name of anybody's choice cannot close."""
    said = "".join(c if c.isprintable() and c not in "“”" else "\ufffd" for c in certificate.subject.human_friendly)
    return f"“{said if len(said) <= _LONGEST_NAME else said[:_LONGEST_NAME] + '…'}”"


def _certificates(path: Path) -> list[Any]:
    from pyhanko.keys import load_certs_from_pemder

    try:
        found = list(load_certs_from_pemder([str(path)]))
    except (OSError, ValueError) as error:
        raise InputError("trust_path", path=path) from error
    if not found:
        raise InputError("trust_empty", path=path)
    return found


def _signer(signing_key: SigningKey) -> Any:
    from pyhanko.sign.signers import SimpleSigner

    key = signing_key.key
    for path in (key, signing_key.certificate):
        if path is not None and not path.is_file():
            raise InputError("key_path", path=path)
    password = signing_key.password.encode() if signing_key.password else None
    if key.suffix.lower() in _PKCS12:
        signer = SimpleSigner.load_pkcs12(str(key), passphrase=password)
    else:
        signer = SimpleSigner.load(str(key), str(signing_key.certificate or key), key_passphrase=password)
    if signer is None:
        raise InputError("key_file", path=key)
    return signer


def _quieten() -> None:
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # it logs what we then say in one line


def _item(status: VerifiedStatus, detail: str) -> VerifiedItem:
    return VerifiedItem(what=_WHAT, status=status, detail=detail)

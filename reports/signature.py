"""A PAdES signature on a card: put it on, and say whether that on a file is whole. Needs the extra `sign`."""

import hashlib
import io
import logging
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from boletim.contracts.errors import InputError
from boletim.contracts.verification import VerifiedItem, VerifiedStatus
from reports.card_file import is_signed, read_card_file

_HOW = "pip install 'boletim[sign]'"
_PKCS12 = (".p12", ".pfx")
_WHAT, _FIELD = "signature", "Signature"


@dataclass(frozen=True)
class SigningKey:
    """Where the key of a signer lies."""

    key: Path
    """PKCS#12 (.p12, .pfx), or a private key in PEM."""
    certificate: Path | None = None
    """In PEM, with a PEM key; None where the key's file holds it too."""
    password: str | None = None


def sign_card(content: bytes, signing_key: SigningKey) -> bytes:
    """The card with a signature appended; what was there before stays byte for byte.

    Args:
        content: A card's PDF, not signed before.
        signing_key: Of whoever signs.

    Raises:
        InputError: pyHanko is not installed, the file is no card, or the key cannot be used.

    References:
        ETSI EN 319 142-1 (PAdES), baseline level B-B: SHA-256 over the whole file, without a time stamp of others.
    """
    if find_spec("pyhanko") is None:
        raise InputError(f"signing needs pyHanko, which is not installed; {_HOW}")
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    read_card_file(content)
    if is_signed(content):
        raise InputError(
            "a card is signed once, this one is signed already; sign the card.pdf that `boletim render` draws"
        )
    _quieten()
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    field = fields.SigFieldSpec(_FIELD, readable_field_name="Signature of the card")
    about = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    signed = signers.PdfSigner(about, signer=_signer(signing_key), new_field_spec=field).sign_pdf(writer)
    result: bytes = signed.getvalue()
    return result


def check_signature(content: bytes) -> list[VerifiedItem]:
    """One item on the signature, or why it is not checked; none where the file is not signed."""
    if not is_signed(content):
        return []
    if find_spec("pyhanko") is None:
        return [_item("not checked", f"the file is signed, and checking it needs pyHanko; {_HOW}")]
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    _quieten()
    try:
        found = list(PdfFileReader(io.BytesIO(content)).embedded_signatures)
        if len(found) != 1:
            return [_item("differs", f"a card is signed once, this file has {len(found)} signatures that can be read")]
        return [_checked(found[0])]
    except (PdfError, ValueError, KeyError, TypeError, OSError) as error:
        return [_item("differs", f"the signature cannot be read ({' '.join(str(error).split())})")]


def _checked(signature: Any) -> VerifiedItem:
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    try:
        status = validate_pdf_signature(signature, skip_diff=True)  # nothing may follow, so there is no difference
    except (SignatureValidationError, SigningError) as error:
        return _item("differs", f"the signature is not whole ({error})")
    if not (status.intact and status.valid):
        return _item(
            "differs", "the signed bytes were changed after signing" if not status.intact else "it is not valid"
        )
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return _item("differs", "bytes were added to the file after it was signed")
    certificate = signature.signer_cert
    digest = hashlib.sha256(certificate.dump()).hexdigest()
    when = f", {signature.self_reported_timestamp:%Y-%m-%d %H:%M} UTC by the signer's clock"
    detail = f"whole; by {certificate.subject.human_friendly}{when if signature.self_reported_timestamp else ''}"
    return _item("agrees", f"{detail}; certificate sha256 {digest}, which tells who it was to those who know it")


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

"""Asks a time-stamping authority (RFC 3161) over HTTP within bounds; believes no answer that is not to the question."""

import threading
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

from asn1crypto import algos, cms, core, tsp
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.timestamps.common_utils import extract_ts_certs
from pyhanko_certvalidator.registry import SimpleCertificateStore

from boletim.contracts.sentence import Sentence

LONGEST_S = 30
"""For an answer as a whole, however it dribbles."""
_MAX_BYTES = 2**16
_GRANTED = ("granted", "granted_with_mods")
_REPLY = "application/timestamp-reply"
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, AssertionError, IndexError, RecursionError)
"""What asn1crypto raises on bytes that it cannot read, all of which come from the authority."""


class _Answer(core.Sequence):  # type: ignore[misc]
    """asn1crypto's TimeStampResp cannot read a refusal, for a refusal holds no token."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class Stamper(TimeStamper):  # type: ignore[misc]
    """pyHanko's own asks without a bound on size and time as a whole, and leaves the imprint unread."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self._longest: int | None = None

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        """The token for this digest.

        Raises:
            TimestampRequestError: None came, or it is not of what was asked.
        """
        nonce, request = self.request_cms(message_digest, md_algorithm)
        answer = self._within_time(request.dump())
        try:
            token = _token_of(_Answer.load(answer, strict=True))
            about = token["content"]["encap_content_info"]["content"].parsed
            imprint, echoed = about["message_imprint"], about["nonce"].native
            is_ours = imprint["hashed_message"].native == message_digest
            is_ours &= imprint["hash_algorithm"]["algorithm"].native == algos.DigestAlgorithmId(md_algorithm).native
            certificates = list(extract_ts_certs(token, SimpleCertificateStore()))
        except _UNREADABLE as error:
            raise TimestampRequestError(Sentence("errors.stamp_unread")) from error
        if not is_ours:
            raise TimestampRequestError(Sentence("errors.stamp_of_other"))
        if echoed != nonce:
            raise TimestampRequestError(Sentence("errors.stamp_nonce"))
        if not certificates:
            raise TimestampRequestError(Sentence("errors.stamp_no_certificate"))
        # room for the token was kept by the size of the first
        if self._longest is not None and len(answer) > self._longest:
            raise TimestampRequestError(Sentence("errors.stamp_longer"))
        self._longest = self._longest or len(answer) + len(answer) // 5
        return token

    def _within_time(self, request: bytes) -> bytes:
        answers: list[bytes | Exception] = []

        def ask() -> None:
            try:
                answers.append(self._ask(request))
            except (OSError, ValueError, HTTPException) as error:
                answers.append(error)

        # a socket's time limit is for each of its reads alone, so the whole is waited for from outside
        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(LONGEST_S)
        if not answers:
            raise TimestampRequestError(Sentence("errors.stamp_late", n=LONGEST_S))
        if isinstance(answers[0], Exception):
            raise TimestampRequestError(_told(answers[0])) from answers[0]
        return answers[0]

    def _ask(self, request: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": _REPLY}
        question = urllib.request.Request(self.url, data=request, headers=headers)
        with urllib.request.urlopen(question, timeout=LONGEST_S) as answer:
            kind = answer.headers.get_content_type()
            content: bytes = answer.read(_MAX_BYTES + 1)
        if kind != _REPLY:
            raise TimestampRequestError(Sentence("errors.stamp_kind", kind=kind[:80], wanted=_REPLY))
        if len(content) > _MAX_BYTES:
            raise TimestampRequestError(Sentence("errors.stamp_large", n=_MAX_BYTES // 1024))
        return content


def _token_of(answer: Any) -> Any:
    status = answer["status"]
    if status["status"].native in _GRANTED:
        return answer["time_stamp_token"]
    reasons = [*(status["status_string"].native or []), *sorted(status["fail_info"].native or [])]
    said = ", ".join([status["status"].native, *reasons])
    shown = "".join(c for c in said if c.isprintable())[:200]
    raise TimestampRequestError(Sentence("errors.stamp_refused", said=shown))


def _told(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        return Sentence("errors.stamp_http", code=error.code)
    if isinstance(error, urllib.error.URLError):
        return str(error.reason)
    return str(error) or type(error).__name__

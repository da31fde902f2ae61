"""What stands in a signed card after the drawn bytes: exactly what `boletim sign` adds there, or something else."""

import io
import re
import zlib
from collections.abc import Callable
from typing import Any

from boletim.contracts.errors import InputError

_DATE = re.compile(rb"(/(?:ModDate|M) )\(D\\072\d{14}[Z0-9+\-'\\]{0,20}\)")
_XMP_DATE = re.compile(rb"((?:ModifyDate|MetadataDate)(?:=[\"']|>))\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)")
_CONTENTS = re.compile(rb"/Contents <[0-9A-Fa-f]+>\n")
_RANGE = re.compile(rb"/ByteRange \[[\d ]{7,60}\] *\n")
_ID = re.compile(rb"/ID \[ <([0-9a-f]*)> <[0-9a-f]{32}> \]")
_VERSION = re.compile(rb"pyHanko \d+(\\056\d+){1,3}")
_VERSION_IN_XMP = re.compile(rb"pyHanko \d+(\.\d+){1,3}")
_STREAM = re.compile(rb"\n/Length \d+\n>>\nstream\n(.*?)\nendstream\n", re.DOTALL)
_OBJECT = re.compile(rb"^(\d+) 0 obj\n", re.MULTILINE)
_START = re.compile(rb"\nstartxref\n(\d+)\n%%EOF\n\Z")
_MAX_STREAM = 2**20
_MAX_TAIL = 2**22


def is_signature_alone(content: bytes, drawn: bytes) -> bool:
    """Whether a signed card is the drawn one and, after it, what signing it here adds, byte for byte.

    The drawn card is signed again with room for a signature in place of one, and both endings are compared. Only the
    signature, its byte range, moments, the file's second id and pyHanko's version may be other; lists of places must
    lead to the objects that follow.

    Args:
        content: The signed file.
        drawn: The card as it is drawn from its evidence.
    """
    tail = content[len(drawn) :]
    if not content.startswith(drawn) or len(tail) > _MAX_TAIL:
        return False
    try:
        twin = _sign_again(content, drawn)
        return _plain(tail, len(drawn)) == _plain(twin[len(drawn) :], len(drawn))
    except (_StrangeError, zlib.error):
        return False


class _StrangeError(Exception):
    """The ending is not laid out as signing lays it out."""


def _sign_again(content: bytes, drawn: bytes) -> bytes:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.signers import ExternalSigner

    from boletim.reports.checking.signature import append_signature

    try:
        (found,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
        room = 2 * len(found.pkcs7_content)
        mechanism: Any = found.signer_info["signature_algorithm"]
        signer = ExternalSigner(found.signer_cert, None, signature_value=256, signature_mechanism=mechanism)
        return append_signature(drawn, signer, room=room)
    except (PdfError, InputError, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise _StrangeError from error


def _plain(tail: bytes, offset: int) -> bytes:
    """The ending without what differs from one signing to the next."""
    places = {int(found[1]): offset + found.start() for found in _OBJECT.finditer(tail)}
    start = _START.search(tail)
    if start is None or int(start[1]) not in places.values():
        raise _StrangeError
    plain = _STREAM.sub(_opened(places, tail), tail)
    plain = plain[: _START.search(plain).start()]  # type: ignore[union-attr]
    for pattern, kept in ((_DATE, rb"\1(date)"), (_CONTENTS, b"/Contents"), (_RANGE, b"/ByteRange"), (_VERSION, b"")):
        plain = pattern.sub(kept, plain)
    return _ID.sub(rb"/ID \1", plain)


def _opened(places: dict[int, int], tail: bytes) -> Callable[[re.Match[bytes]], bytes]:
    def open_one(found: re.Match[bytes]) -> bytes:
        inflate = zlib.decompressobj()
        data = inflate.decompress(found[1], _MAX_STREAM)
        if not inflate.eof or inflate.unused_data.strip(b"\n"):
            raise _StrangeError
        if b"/Type /XRef\n" in tail[tail.rfind(b" 0 obj\n", 0, found.start()) : found.start()]:
            return _checked_places(data, tail[: found.start() + 1], places)
        return b"\nstream\n" + _XMP_DATE.sub(rb"\1date", _VERSION_IN_XMP.sub(b"", data)) + b"\nendstream\n"

    return open_one


def _checked_places(data: bytes, before: bytes, places: dict[int, int]) -> bytes:
    """Every entry leads to the object of its number in the ending; the first, number 0, is free."""
    index = re.search(rb"/Index \[ ([\d ]+) \]\n\Z", before)
    if index is None or b"/W [ 1 8 2 ]\n" not in before:
        raise _StrangeError
    numbers = [int(part) for part in index[1].split()]
    runs = zip(numbers[::2], numbers[1::2], strict=True)
    listed = [number for first, n in runs for number in range(first, first + min(n, len(data)))]
    rows = [data[i : i + 11] for i in range(0, len(data), 11)]
    if len(rows) != len(listed):
        raise _StrangeError
    for number, row in zip(listed, rows, strict=True):
        kind, place, generation = row[0], int.from_bytes(row[1:9], "big"), int.from_bytes(row[9:], "big")
        is_sound = kind == 0 if number == 0 else (kind, place, generation) == (1, places.get(number), 0)
        if not is_sound:
            raise _StrangeError
    return b"\nplaces " + b" ".join(b"%d" % number for number in listed) + b"\n"

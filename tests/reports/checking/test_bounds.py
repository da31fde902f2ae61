"""Bombs, small: each is refused before it is opened further, and the message names the bound."""

import io
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, NameObject, NumberObject

from boletim.app.flows.verify_process import verify_apart
from boletim.contracts.errors import InputError
from boletim.contracts.results.card import Card
from boletim.reports.checking.bounds import MAX_NAME, MAX_ROWS, check_names, check_rows
from boletim.reports.checking.card_file import read_card_file


def written(writer: PdfWriter) -> bytes:
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def one_page_many_times(n: int) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842).indirect_reference
    pages = writer.root_object["/Pages"]
    pages[NameObject("/Kids")] = ArrayObject([page] * n)
    pages[NameObject("/Count")] = NumberObject(n)
    return written(writer)


def test_one_page_two_thousand_times() -> None:
    began = time.process_time()
    with pytest.raises(InputError, match="at most 500 pages, this has 2,000"):
        read_card_file(one_page_many_times(2_000))
    assert time.process_time() - began < 10


def test_many_attachments_and_large_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = PdfWriter()
    writer.add_blank_page(10, 10)
    for i in range(62):
        writer.add_attachment(f"{i}.bin", b"0")
    with pytest.raises(InputError, match="at most 16 attachments, this has 62"):
        read_card_file(written(writer))
    monkeypatch.setattr("boletim.reports.checking.card_file.MAX_ATTACHED_BYTES", 1_000)
    writer = PdfWriter()
    writer.add_blank_page(10, 10)
    for i in range(3):
        writer.add_attachment(f"{i}.bin", b"0" * 600)
    with pytest.raises(InputError, match="at most 1,000 decompressed bytes of attachments, this has 1,200"):
        read_card_file(written(writer))


def test_rows_are_counted_in_the_header_alone() -> None:
    content = io.BytesIO()
    parquet.write_table(pa.table({"label": pa.array(np.zeros(MAX_ROWS + 1, np.int8))}), content)
    assert len(content.getvalue()) < 100_000
    with pytest.raises(InputError, match="at most 2,000,000 rows of predictions, this has 2,000,001"):
        check_rows(content.getvalue())
    with pytest.raises(InputError, match="no whole parquet"):
        check_rows(b"PAR1")


def test_a_long_name(make_card: Callable[..., Card]) -> None:
    card = make_card()
    check_names(card)
    facts = card.audit.facts.model_copy(update={"groups": {"gender": {"x" * (MAX_NAME + 1): 1}}})
    with pytest.raises(InputError, match=r"at most 1,000 characters, “x+…” has 1,001"):
        check_names(card.model_copy(update={"audit": card.audit.model_copy(update={"facts": facts})}))


def test_time_and_memory_are_bounds_of_the_process(tmp_path: Path) -> None:
    path = tmp_path / "card.pdf"
    path.write_bytes(one_page_many_times(2_000))
    with pytest.raises(InputError, match=r"within 0\.1 seconds"):
        verify_apart(path, max_s=0.1, max_bytes=2**33)
    with pytest.raises(InputError, match="at most 500 pages"):
        verify_apart(path)

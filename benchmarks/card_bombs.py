"""What hostile cards cost `boletim verify`: seconds and peak memory, at the sizes seen in an attack."""

import io
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, NameObject, NumberObject, StreamObject

from boletim.contracts.errors import InputError
from boletim.reports.checking.bounds import check_rows


def main() -> None:
    """One line a bomb: its size, what verify said, seconds and MiB."""
    with tempfile.TemporaryDirectory() as folder:
        for name, make in (("pages", many_pages), ("attachments", many_attachments)):
            path = Path(folder) / f"{name}.pdf"
            path.write_bytes(make())
            began = time.monotonic()
            command = [sys.executable, "-m", "boletim", "verify", str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            seconds = time.monotonic() - began
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**10
            size = path.stat().st_size
            print(f"{name}: {size:,} bytes, exit {done.returncode}, {seconds:.1f} s, at most {peak:.0f} MiB so far")
            print(f"  {done.stderr.strip()[:200]}")
    refuse_rows()


def many_pages() -> bytes:
    """One page, 2,000 times."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842).indirect_reference
    pages = writer.root_object["/Pages"]
    pages[NameObject("/Kids")] = ArrayObject([page] * 2_000)
    pages[NameObject("/Count")] = NumberObject(2_000)
    return _written(writer)


def many_attachments() -> bytes:
    """62 files of 70 MB, each deflated to next to nothing."""
    writer = PdfWriter()
    writer.add_blank_page(10, 10)
    deflated = writer._add_object(_zeros().flate_encode())
    for i in range(62):
        writer.add_attachment(f"{i}.bin", b"").pdf_object["/EF"][NameObject("/F")] = deflated
    return _written(writer)


def _zeros() -> StreamObject:
    stream = StreamObject()
    stream.set_data(bytes(70_000_000))
    return stream


def refuse_rows() -> None:
    """20 million rows of predictions, refused from the file's header alone."""
    content = io.BytesIO()
    parquet.write_table(pa.table({"label": pa.array(np.zeros(20_000_000, np.int8))}), content)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    try:
        check_rows(content.getvalue())
    except InputError as error:
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**10
        seconds, size = time.monotonic() - began, len(content.getvalue())
        print(f"rows: {size:,} bytes, {seconds:.2f} s, {grown:.0f} MiB more\n  {error}")
        return
    raise SystemExit("rows: 20 million rows were let in")


def _written(writer: PdfWriter) -> bytes:
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


if __name__ == "__main__":
    main()

"""What small hostile files cost: each is typed in a process of its own, and its exit, seconds and peak memory are told.

`python benchmarks/robustness/bombs.py [DOOR...]` prints a table; exit 1 where one gets in, tracebacks, or costs much.
"""

import gzip
import io
import json
import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import compress

os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

import numpy as np
import pyarrow as pa
import yaml
from chaos import make_model
from fuzz_worlds import heads
from pyarrow import parquet
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, EncodedStreamObject, NameObject, NumberObject

MOST_S, MOST_MIB = 20, 1024
"""Of processor time, children included, and of memory."""
Bomb = tuple[str, list[str]]
"""Its name and the command that reads it."""


# what a process takes is told with what its parent held when it was started, so a small one starts it
_WEIGH = """
import json, os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
said = process.stderr.read().decode("utf-8", "replace")
_, status, used = os.wait4(process.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said]))
"""


def main(wanted: list[str]) -> int:
    failures = 0
    print("| door | bomb | size | exit | s | MiB | said |\n| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        for make in (configurations, predictions, models, cards):
            if wanted and make.__name__ not in wanted:
                continue
            folder = Path(name, make.__name__)
            folder.mkdir()
            for what, command in make(folder):
                failures += not survives(make.__name__, what, command, folder)
    return int(failures > 0)


def survives(door: str, what: str, command: list[str], folder: Path) -> bool:
    full = [sys.executable, "-m", "boletim", *command]
    done = subprocess.run([sys.executable, "-S", "-c", _WEIGH, *full], capture_output=True, text=True, check=True)
    exit_code, seconds, peak, said = json.loads(done.stdout)
    path = next(Path(one) for one in command if one.startswith(str(folder)))
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    size = sum(min(file.stat().st_size, 512 * file.stat().st_blocks) for file in files)
    lines = [line for line in said.splitlines() if line.startswith("boletim:")]
    told = (lines or said.splitlines() or ["nothing"])[-1].replace(str(folder) + "/", "").replace("|", "/")[:110]
    print(f"| {door} | {what} | {size:,} B | {exit_code} | {seconds:.1f} | {peak:.0f} | {told} |", flush=True)
    return exit_code == 2 and "Traceback" not in said and seconds <= MOST_S and peak <= MOST_MIB


def configurations(folder: Path) -> Iterator[Bomb]:
    doubled = "\n".join(["a0: &a0 [x, x]", *(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60))])
    contents = {
        "aliases that double 60 times": doubled,
        "an anchor inside itself": "data: &a {source: *a}",
        "brackets 1,000,000 deep": "a: " + "[" * 900_000,
        "a number of 900,000 digits": "seed: " + "9" * 900_000,
        "3,000 unknown keys": "".join(f"k{i}: 1\n" for i in range(3_000)),
        "900,000 values": "a: [" + "1," * 450_000 + "1]",
        "one key of 900,000 characters": "x" * 900_000 + ": 1",
    }
    for what, content in contents.items():
        path = folder / f"{what.replace(' ', '-').replace(',', '')}.yaml"
        path.write_text(content)
        yield what, ["run", str(path), "--dry-run"]
    huge = folder / "huge.yaml"
    with huge.open("wb") as file:
        file.truncate(2**40)
    yield "an empty file of 1 TiB", ["run", str(huge), "--dry-run"]


def predictions(folder: Path) -> Iterator[Bomb]:
    def audited(name: str, content: bytes) -> list[str]:
        path = folder / name
        path.write_bytes(content)
        return ["audit", "--predictions", str(path), "--run-dir", str(folder / "run"), "--set", "audit.bootstrap=100"]

    head = b"label,predicted\n"
    yield "10 GiB of rows in a gzip", audited("rows.csv.gz", _packed(head, b"a,a\n" * 2**18, 10_240))
    yield "10 GiB without a line end in a gzip", audited("line.csv.gz", _packed(head, b"a" * 2**20, 10_240))
    yield "10 GiB of one JSON list in a gzip", audited("list.json.gz", _packed(b"[", b"[],," * 2**18, 10_240))
    yield "1,000 MiB of lists in a gzip", audited("lists.json.gz", _packed(b"[", b"[],\n" * 2**18, 1_000))
    yield "a cell of 300 MB in a gzip", audited("cell.csv.gz", _packed(head + b'"', b"x" * 2**20, 300))
    yield "50,000 columns", audited("wide.csv", b",".join(b"c%d" % i for i in range(50_000)) + b"\n")
    yield "brackets 5,000,000 deep", audited("deep.json", b"[" * 5_000_000)
    yield (
        "an integer of 5,000,000 digits",
        audited("long.jsonl", b'{"label":"a","predicted":"b","x":' + b"9" * 5_000_000 + b"}"),
    )
    yield (
        "a class a row, 150,000 rows",
        audited("classes.csv", head + b"".join(b"a%d,a%d\n" % (i, i) for i in range(150_000))),
    )
    yield (
        "a name of 100,000 characters",
        audited("name.csv", head + b"a,b\n" * 30 + b"a," + b"x" * 100_000 + b"\n" + b"b,a\n" * 30),
    )
    table = pa.table({"label": pa.array(["a"]), "predicted": pa.array(["x" * 2**28])})
    content = io.BytesIO()
    parquet.write_table(table, content, compression="zstd")
    yield "a parquet cell of 256 MiB", audited("cell.parquet", content.getvalue())
    spread = pa.DictionaryArray.from_arrays(pa.array(np.zeros(10**6, np.int32)), pa.array(["x" * 2**24]))
    content = io.BytesIO()
    parquet.write_table(pa.table({"label": spread, "predicted": spread}), content, compression="zstd")
    yield "a parquet cell of 16 MiB in 1,000,000 rows", audited("spread.parquet", content.getvalue())


def _packed(head: bytes, block: bytes, times: int) -> bytes:
    """Members of a gzip file one after the other are one file."""
    return gzip.compress(head) + gzip.compress(block, 9) * times


def models(folder: Path) -> Iterator[Bomb]:
    texts = folder / "texts.csv"
    texts.write_text("text,label\n" + "nurse doctor,care\nserver bug,code\ngoal match,sport\n" * 20)
    classifier, _ = heads(folder, make_model(folder / "encoder", 1))

    def changed(name: str, change: Callable[[Path], None]) -> list[str]:
        model = folder / name
        subprocess.run(["cp", "-r", str(classifier), str(model)], check=True)
        change(model)
        options = ["--data", str(texts), "--text", "text", "--run-dir", str(folder / f"run-{name}")]
        return ["audit", "--model", str(model), *options, "--set", "audit.bootstrap=100", "--set", "probes.use=[]"]

    def key(name: str, value: object, file: str = "config.json") -> Callable[[Path], None]:
        def change(model: Path) -> None:
            content = json.loads((model / file).read_text())
            (model / file).write_text(json.dumps(content | {name: value}))

        return change

    for name, value in (
        ("num_labels", 10**9),
        ("hidden_size", 10**9),
        ("num_hidden_layers", 10**7),
        ("vocab_size", 10**12),
    ):
        yield f"{name} {value:,}", changed(name, key(name, value))
    yield "max_position_embeddings 10^12", changed("positions", key("max_position_embeddings", 10**12))
    yield (
        "weights whose header says 2^62 bytes",
        changed("header", _write("model.safetensors", struct.pack("<Q", 2**62))),
    )
    yield "weights of 1 TiB, empty", changed("sparse", _enlarge("model.safetensors"))
    yield "a tensor of 10^18 numbers", changed("tensor", _write("model.safetensors", _tensor(10**18)))
    yield "config.json of 1 TiB, empty", changed("config", _enlarge("config.json"))
    yield "config.json 1,000,000 deep", changed("deep", _write("config.json", b"[" * 10**6))
    yield "tokenizer.json 1,000,000 deep", changed("tokens", _write("tokenizer.json", b"[" * 10**6))
    yield "tokenizer.json of 1 TiB, empty", changed("tokensparse", _enlarge("tokenizer.json"))


def _write(file: str, content: bytes) -> Callable[[Path], None]:
    return lambda model: (model / file).write_bytes(content)  # type: ignore[return-value]


def _enlarge(file: str) -> Callable[[Path], None]:
    return lambda model: os.truncate(model / file, 2**40)


def _tensor(n: int) -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [n], "data_offsets": [0, 4 * n]}}).encode()
    return struct.pack("<Q", len(header)) + header


def cards(folder: Path) -> Iterator[Bomb]:
    rows = "".join(f"{'ab'[i % 2]},{'ab'[i % 2 if i % 3 else 0]}\n" for i in range(120))
    (folder / "p.csv").write_text(f"label,predicted\n{rows}")
    command = [
        "audit",
        "--predictions",
        str(folder / "p.csv"),
        "--run-dir",
        str(folder / "run"),
        "--set",
        "audit.bootstrap=100",
    ]
    subprocess.run([sys.executable, "-m", "boletim", *command], check=True, capture_output=True)
    drawn = (folder / "run" / "card.pdf").read_bytes()

    def written(name: str, change: Callable[[PdfWriter], None], is_card: bool = True) -> list[str]:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn))) if is_card else PdfWriter()
        change(writer)
        writer.write(folder / name)
        return ["verify", str(folder / name)]

    yield "one page 2,000 times", written("pages.pdf", _many_pages, False)
    yield "62 attachments of 70 MB", written("attachments.pdf", _many_attachments, False)
    yield "a page that unpacks twice to 1 GB", written("page.pdf", _packed_page)
    deep = {"config.yaml": b"a: " + b"[" * 10**6, "card.json": b"[" * 10**7, "audit.json": b"[" * 10**6}
    for name, content in deep.items():
        yield f"{name} {len(content):,} deep", written(f"{name}.pdf", _attach(name, content))
    doubled = "\n".join(["a0: &a0 [x, x]", *(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60))])
    yield "config.yaml doubling 60 times", written("aliases.pdf", _attach("config.yaml", doubled.encode()))
    settings = yaml.safe_load((folder / "run" / "config.yaml").read_text())
    settings["audit"]["bootstrap"] = 10**9
    yield "10^9 replicates", written("replicates.pdf", _attach("config.yaml", yaml.safe_dump(settings).encode()))
    yield "20,000,000 rows of predictions", written("rows.pdf", _attach("predictions.parquet", _many_rows()))


def _many_pages(writer: PdfWriter) -> None:
    page = writer.add_blank_page(595, 842).indirect_reference
    pages = writer.root_object["/Pages"]
    pages[NameObject("/Kids")] = ArrayObject([page] * 2_000)
    pages[NameObject("/Count")] = NumberObject(2_000)


def _many_attachments(writer: PdfWriter) -> None:
    """62 files, each deflated to next to nothing."""
    writer.add_blank_page(10, 10)
    zeros = DecodedStreamObject()
    zeros.set_data(bytes(70_000_000))
    deflated = writer._add_object(zeros.flate_encode())
    for i in range(62):
        writer.add_attachment(f"{i}.bin", b"").pdf_object["/EF"][NameObject("/F")] = deflated


def _packed_page(writer: PdfWriter) -> None:
    once = compress(compress(bytes(10**9), 1), 9)
    stream = EncodedStreamObject()
    stream._data = once
    stream[NameObject("/Filter")] = ArrayObject([NameObject("/FlateDecode")] * 2)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)


def _attach(name: str, content: bytes) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        (found,) = [one for one in writer.attachment_list if one.name == name]
        found.content = content

    return change


def _many_rows() -> bytes:
    content = io.BytesIO()
    parquet.write_table(pa.table({"label": pa.array(np.zeros(20_000_000, np.int8))}), content)
    return content.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Seeded damage to what comes in through Boletim's doors: from a whole file to one with something wrong."""

import json
import random
import shutil
from pathlib import Path
from typing import Any

NASTY = [
    ".nan", "-.inf", "1e400", "9" * 5000, "!!int x", "!!python/name:os.system", "&a [*a]", "*b", "[" * 200, "{" * 60,
    '"\\0"', '"\\ud800"', "~nobody-here/x", "/dev/zero", "'" + "x" * 5000 + "'", "null", "true", "[]", "{}", "''", "-1",
    "0x", "0b2", "1_000", "1:30:00", "2024-02-30", "@x", "`x`", "%x", "? x", "<<", "{<<: 3}", "[1, [2, [3]]]", "é ñ: x",
    "|\n  a\n b", "https://u:geheim@h/x?token=geheim", "{a: 1, a: 2}", "\u202e", "\x07", "evaluate:/etc/x", "{0: 1}",
]  # fmt: skip
GATES = [
    "recall{class=", "{}", "a{b}", "a{b=c=d}", "recall{class=%}", "%00{x=y}", "a{" + "b=c," * 2000 + "}", "é{ç=ã}", " ",
    "recall{class=a}{class=b}", "a{=}", "\U0001f600", "recall_gap{attribute=g+g}", "x" * 5000,
]  # fmt: skip
_CELLS = (
    "[" * 5_000, "{" * 3_000, '"', '""', "'", "1e400", "nan", "-inf", "Infinity", "9" * 5_000, "\0", "\u202e", "a|b",
    "['a', 'b'", "['a', [1]]", "LABEL_1", "true", "1,5", ",", ";", "\t", "\n", "x" * 5_000, "", " ", "0x1f", "1_000",
)  # fmt: skip
_VALUES = ([], [[]], {}, {"label": "a", "score": 1}, [1, [2]], None, True, 1e308, 10**400, -1, "a", [0, 1], ["a", None])


def mistake(draw: random.Random, lines: list[str]) -> str:
    """A shipped configuration with one to three things wrong."""
    lines = list(lines)
    for _ in range(draw.randint(1, 3)):
        place = draw.randrange(len(lines))
        key, colon, value = lines[place].partition(":")
        kind = draw.randrange(7)
        if kind == 0 and colon:
            lines[place] = f"{key}: {draw.choice(NASTY)}"
        elif kind == 1:
            lines[place] = "".join(draw.sample(lines[place], len(lines[place])))
        elif kind == 2:
            lines.insert(place, lines[draw.randrange(len(lines))])
        elif kind == 3:
            lines[place] = " " * draw.randint(0, 9) + lines[place].lstrip()
        elif kind == 4:
            lines[place] = f"{draw.choice(NASTY)}:{value}"
        elif kind == 5:
            lines.append(f"gates: [{{measure: '{draw.choice(GATES)}', at_most: {draw.choice(NASTY)}}}]")
        else:
            lines[place] = lines[place][: draw.randint(0, len(lines[place]))]
    return "\n".join(lines)


def _rows(draw: random.Random, n: int) -> list[dict]:
    return [
        {"label": draw.choice("ab"), "predicted": draw.choice("ab"), "gender": draw.choice("fm"), "score_a": 0.5,
         "score_b": 0.5}
        for _ in range(n)
    ]  # fmt: skip


def damaged_predictions(draw: random.Random, folder: Path) -> Path:
    rows = _rows(draw, draw.choice([1, 5, 40]))
    kind = draw.choice(["csv", "tsv", "json", "jsonl"])
    path = folder / f"p.{kind}"
    for _ in range(draw.randint(0, 3)):
        row = draw.choice(rows)
        row[draw.choice(list(row))] = draw.choice(_CELLS if kind in ("csv", "tsv") else _VALUES + _CELLS)
    if kind in ("csv", "tsv"):
        mark = draw.choice([",", ";", "\t", "|"])
        lines = [mark.join(rows[0]), *(mark.join(map(str, row.values())) for row in rows)]
        content = "\n".join(lines).encode(draw.choice(["utf-8", "utf-16", "utf-8-sig"]), "replace")
    elif kind == "json":
        content = json.dumps(draw.choice([rows, {"data": rows}, {"rows": rows}, [rows]])).encode()
    else:
        content = "\n".join(map(json.dumps, rows)).encode()
    for _ in range(draw.choice([0, 0, 1, 5])):
        place = draw.randrange(len(content) + 1)
        content = (
            content[:place] + draw.choice([b"", b"\xff", b'"', b"\n", b"[", b"\0", b"\x81"]) + content[place + 1 :]
        )
    path.write_bytes(content[: draw.choice([len(content), len(content), draw.randrange(len(content) + 1)])])
    return path


def damage_file(draw: random.Random, path: Path) -> None:
    """Cut, scramble, empty, remove or replace a file; JSON mostly stays JSON with a value or a key that is wrong."""
    kind = draw.randrange(9)
    content = path.read_bytes()
    if content[:1] == b"{" and path.suffix == ".json" and kind < 6:
        path.write_text(json.dumps(_changed(draw, json.loads(content))), "utf-8", errors="surrogatepass")
    elif kind == 6:
        path.write_bytes(draw.choice([b"", b"{", b"[]", b"null", b"[" * 9_000, b"\xff\xfe\0", b"0", b'"x"', b"1e999"]))
    elif kind == 7:
        path.unlink()
        if draw.random() < 0.5:
            path.mkdir()
    elif kind == 8:
        path.write_bytes(content[: draw.randrange(len(content) + 1)])
    else:
        path.write_bytes(scrambled(draw, content))


def scrambled(draw: random.Random, content: bytes) -> bytes:
    """One to five places with other bytes, bytes too many or too few."""
    for _ in range(draw.choice([1, 1, 2, 5])):
        place = draw.randrange(len(content) + 1)
        new = draw.choice([b"", b"\0", b"\xff", b'"', b"\n", b"[", b"9", b">>", b"/", draw.randbytes(8)])
        content = content[:place] + new + content[place + draw.choice([0, 1, 1, 40]) :]
    return content


def _changed(draw: random.Random, content: Any) -> Any:
    """The same with one node that is wrong."""
    places = list(_places(content))
    if not places:
        return draw.choice(_VALUES)
    holder, key = draw.choice(places)
    match draw.randrange(5):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[draw.choice(["x", "", key + " ", "\ud800", "é"])] = holder.pop(key)
        case 2 if isinstance(holder[key], int | float):
            holder[key] = draw.choice([-1, 0, 1e308, 10**18, 10**400, float("nan"), float("inf"), "7", True])
        case _:
            holder[key] = draw.choice((*_VALUES, *_CELLS, [[[]]], {"a": {"b": []}}))
    return content


def _places(content: Any) -> Any:
    pairs = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in list(pairs):
        yield content, key
        yield from _places(value)


def copied(folder: Path, place: Path) -> Path:
    """A copy that may be damaged."""
    return Path(shutil.copytree(folder, place))

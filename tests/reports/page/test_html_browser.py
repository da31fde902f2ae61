"""The HTML card in a real browser: it sorts, filters and announces, and nothing leaves it.

Needs Chromium on the path; the accessibility check needs axe-core as well: the package axe-playwright-python carries it
(pip install --no-deps), or name an axe.min.js in BOLETIM_AXE. Both are skipped, saying so, where they are absent.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from boletim.contracts.results.card import Card
from boletim.reports.page.html import render_html

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)

Visit = Callable[..., Any]


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    """visit(html, script): what the script gives to `done` on the page, which allows this script and no other."""
    if not CHROMIUM:
        pytest.skip("a browser check needs Chromium on the path; apt-get install chromium")

    def run(html: str, script: str, *options: str) -> Any:
        whole = (
            "const done = (value) => { const out = document.createElement('pre'); out.id = 'out';"
            f" out.textContent = btoa(encodeURIComponent(JSON.stringify(value))); document.body.append(out); }};\n"
            f"{script}"
        )
        digest = base64.b64encode(hashlib.sha256(whole.encode()).digest()).decode()
        allowed = html.replace("script-src ", f"script-src &#39;sha256-{digest}&#39; ", 1)
        page = tmp_path / "page.html"
        page.write_text(allowed.replace("</body>", f"<script>{whole}</script></body>"), encoding="utf-8")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--virtual-time-budget=20000"]
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        command = [CHROMIUM, *flags, profile, *options, page.as_uri()]
        dumped = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
        found = re.findall(r'<pre id="out">([^<]*)</pre>', dumped)
        assert found, dumped[-500:]
        return json.loads(unquote(base64.b64decode(found[0]).decode()))

    return run


SORTS = """
const table = [...document.querySelectorAll('.classes table')][0];
const place = [...table.tHead.rows[0].cells].findIndex(
  (cell) => cell.classList.contains('number') && cell.cellIndex > 1);
const title = table.tHead.rows[0].cells[place], button = title.querySelector('button');
const read = () => [...table.tBodies[0].rows].map((row) => row.cells[place].firstChild.data.trim());
const before = read();
button.focus(); button.click();
const up = read(), upward = title.getAttribute('aria-sort'), said = document.getElementById('said').textContent;
button.click();
done({before, up, upward, said, focus: document.activeElement === button,
      down: read(), downward: title.getAttribute('aria-sort'), shown: !document.getElementById('tools').hidden});
"""


@pytest.mark.parametrize(("language", "decimal"), [("en", "."), ("pt-BR", ",")])
def test_a_column_sorts_by_its_numbers_as_the_reader_writes_them(
    card: Card, visit: Visit, language: str, decimal: str
) -> None:
    found = visit(render_html(card, language), SORTS)
    values = [float(re.match(r"[\d.,]+", text)[0].replace(decimal, ".")) for text in found["up"]]  # type: ignore[index]
    assert values == sorted(values)
    assert found["down"] == found["up"][::-1] or sorted(found["down"]) == sorted(found["up"])
    assert sorted(found["before"]) == sorted(found["up"])
    assert (found["upward"], found["downward"]) == ("ascending", "descending")
    assert found["focus"]
    assert found["shown"]
    assert found["said"].strip()


FILTERS = r"""
const pick = (kind, name) => {
  const select = document.querySelector(`#tools select[name=${kind}]`);
  select.value = [...select.options].find((option) => option.textContent === name).value;
  select.dispatchEvent(new Event('change'));
};
const table = document.querySelector('.strip table');
const seen = (cells) => [...cells].filter((cell) => !cell.hidden)
  .map((cell) => cell.textContent.trim().split(/\s*\n/)[0]);
const rows = () => [...table.tBodies[0].rows].filter((row) => !row.hidden)
  .map((row) => row.cells[0].textContent.trim());
const all = rows().length, boxes = () => document.querySelectorAll('.table:not([hidden])').length;
const whole = boxes();
pick('class', 'nurse');
const nurses = rows();
const gaps = [...document.querySelectorAll('.gaps')].filter((box) => !box.hidden)
  .map((box) => [...box.querySelectorAll('tbody tr')].filter((row) => !row.hidden).length);
pick('group', 'gender: female');
const titles = seen(table.tHead.rows[0].cells), said = document.getElementById('said').textContent, narrowed = boxes();
document.getElementById('clear').click();
done({all, nurses, titles, gaps, said, whole, narrowed, cleared: rows().length, again: boxes(),
      after: seen(table.tHead.rows[0].cells).length});
"""


def test_filters_leave_the_rows_of_one_class_and_the_column_of_one_group(card: Card, visit: Visit) -> None:
    found = visit(render_html(card, "en"), FILTERS)
    assert found["nurses"] == ["nurse"]
    assert found["titles"] == ["Class", "female"]
    assert set(found["gaps"]) == {1}
    assert re.fullmatch(r"Rows that match: \d+", found["said"])
    assert found["cleared"] == found["all"] > 1
    assert found["narrowed"] < found["whole"] == found["again"]
    assert found["after"] > 2


UNFOLDS = """
const fold = document.querySelector('details'), height = () => fold.getBoundingClientRect().height;
const before = height();
fold.querySelector('summary').click();
done({before, open: fold.open, after: height()});
"""


def test_a_table_that_is_cut_on_paper_unfolds(card: Card, visit: Visit) -> None:
    found = visit(render_html(card, "en"), UNFOLDS)
    assert found["open"]
    assert found["after"] > 2 * found["before"] > 0


WIDTHS = """
const wide = document.documentElement.scrollWidth, view = document.documentElement.clientWidth;
const cut = [...document.querySelectorAll('main *')].filter((e) => !e.closest('.table, figure, svg')
  && e.getClientRects().length && e.getBoundingClientRect().right > view + 1).map((e) => e.className || e.tagName);
done({wide, view, cut: cut.slice(0, 5), side: getComputedStyle(document.getElementById('side')).position});
"""


@pytest.mark.parametrize("width", [500, 900, 1400])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_nothing_is_cut_at_any_width(card: Card, visit: Visit, width: int, language: str) -> None:
    found = visit(render_html(card, language), WIDTHS, f"--window-size={width},1000")
    assert found["wide"] <= found["view"] + 1
    assert found["cut"] == []
    assert found["side"] == ("fixed" if width >= 1280 else "static")


def test_nothing_leaves_the_page_and_no_other_script_runs(card: Card, visit: Visit) -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=partial(server.serve_forever, 0.05), daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    planted = f"<script>document.title = 'ran'</script><img src='{address}/image' alt=''>"
    script = f"const end = (came) => done({{came, title: document.title}});\nfetch('{address}/f').then(() => end(true), () => end(false));"  # noqa: E501
    try:
        found = visit(render_html(card, "en").replace("</main>", f"{planted}</main>"), script)
    finally:
        server.shutdown()
        server.server_close()
    assert found["came"] is False
    assert found["title"] != "ran"
    assert asked == []


def axe_core() -> Path | None:
    """axe.min.js, named or from a package that carries it; the package itself is not imported."""
    package = find_spec("axe_playwright_python")
    folders = package.submodule_search_locations or [] if package else []
    found = [Path(os.environ.get("BOLETIM_AXE", "/nowhere")), *(Path(folder) / "axe.min.js" for folder in folders)]
    return next((path for path in found if path.exists()), None)


@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("width", [500, 900, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(card: Card, visit: Visit, language: str, width: int, scheme: str) -> None:
    axe = axe_core()
    if axe is None:
        pytest.skip("axe-core is not there; pip install --no-deps axe-playwright-python, or name one in BOLETIM_AXE")
    told = "r.violations.map((v) => [v.id, v.help, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200))])"
    dark = "matchMedia('(prefers-color-scheme: dark)').matches"
    script = f"axe.run().then((r) => done({{passes: r.passes.length, dark: {dark}, violations: {told}}}));"
    options = [f"--window-size={width},1000", *(["--blink-settings=preferredColorScheme=0"] * (scheme == "dark"))]
    found = visit(render_html(card, language), f"{axe.read_text(encoding='utf-8')}\n{script}", *options)
    assert found["passes"] > 20
    assert found["dark"] == (scheme == "dark")
    assert found["violations"] == []

"use strict";
(() => {
  const tools = document.getElementById("tools");
  const said = document.getElementById("said");
  const decimal = tools.dataset.decimal;
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const tables = [...document.querySelectorAll(".table table")];
  const say = (text) => { said.textContent = text; };

  const number = (text) => {
    const found = text.match(/[−+-]?\d[\d.,]*/);
    if (!found) return NaN;
    const plain = decimal === "," ? found[0].replaceAll(".", "").replace(",", ".") : found[0].replaceAll(",", "");
    return Number(plain.replace("−", "-"));
  };
  const main = (cell) => (cell.firstChild.nodeType === Node.TEXT_NODE ? cell.firstChild.data : cell.textContent).trim();
  const compare = (a, b, isNumber) => {
    if (!isNumber) return collator.compare(main(a), main(b));
    const [one, other] = [number(main(a)), number(main(b))];
    if (isNaN(one) || isNaN(other)) return null;
    return one - other;
  };

  const sort = (table, title, place) => {
    const isUp = title.getAttribute("aria-sort") !== "ascending";
    const rows = [...table.tBodies[0].rows];
    const isNumber = title.classList.contains("number");
    const lacks = (row) => isNumber && isNaN(number(main(row.cells[place])));
    rows.sort((a, b) => {
      if (lacks(a) || lacks(b)) return Number(lacks(a)) - Number(lacks(b));
      const order = compare(a.cells[place], b.cells[place], isNumber);
      return isUp ? order : -order;
    });
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    title.setAttribute("aria-sort", isUp ? "ascending" : "descending");
    table.tBodies[0].append(...rows);
    say(`${tools.dataset[isUp ? "up" : "down"]} ${title.textContent.trim()}`);
  };

  for (const table of tables) {
    if (table.tBodies[0].rows.length < 3) continue;
    [...table.tHead.rows[0].cells].forEach((title, place) => {
      if (!title.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...title.childNodes);
      button.addEventListener("click", () => sort(table, title, place));
      title.append(button);
    });
  }

  for (const box of document.querySelectorAll(".table, figure")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }

  const chosen = { class: "", group: "" };
  const tags = (element, kind) => (element.dataset[kind] ?? "").split(" ").filter(Boolean);
  const narrowRows = (table) => {
    const rows = [...table.tBodies[0].rows];
    const kinds = Object.keys(chosen).filter((kind) => chosen[kind] && rows.some((row) => tags(row, kind).length));
    for (const row of rows) row.hidden = !kinds.every((kind) => tags(row, kind).includes(chosen[kind]));
    return kinds.length ? rows.filter((row) => !row.hidden).length : null;
  };
  const narrowColumns = (table) => {
    const titles = [...table.tHead.rows[0].cells];
    const isAbout = titles.filter((title) => tags(title, "group").length).length > 1;
    titles.forEach((title, place) => {
      const of = tags(title, "group");
      const isOut = isAbout && chosen.group && of.length > 0 && !of.includes(chosen.group);
      for (const row of table.rows) row.cells[place].hidden = isOut;
    });
  };
  const filter = () => {
    const isOn = Boolean(chosen.class || chosen.group);
    let shown = 0;
    for (const box of document.querySelectorAll(".table")) {
      let left = 0, isAbout = false;
      for (const table of box.querySelectorAll("table")) {
        const n = narrowRows(table);
        narrowColumns(table);
        if (n === null) continue;
        isAbout = true;
        left += n;
        const fold = table.closest("details");
        if (fold) { fold.open = isOn && n > 0; fold.hidden = isOn && n === 0; }
      }
      if (!isOn) for (const fold of box.querySelectorAll("details")) { fold.hidden = false; fold.open = false; }
      box.hidden = isAbout && left === 0;
      shown += left;
    }
    say(isOn ? tools.dataset.shown.replace("#", shown) : tools.dataset.all);
  };
  for (const select of tools.querySelectorAll("select")) {
    select.addEventListener("change", () => { chosen[select.name] = select.value; filter(); });
  }
  document.getElementById("clear").addEventListener("click", () => {
    for (const select of tools.querySelectorAll("select")) { select.value = ""; chosen[select.name] = ""; }
    filter();
  });
  tools.hidden = false;
})();

"use strict";
const numbers = JSON.parse(document.getElementById("numbers").textContent);

// Tables: a heading sorts, a second press turns the order, cells without a number go last; a search keeps the rows that
// hold every word. Both reach the rows that a long list keeps back, of which only the first are shown.
const made = (rows, numeric) => rows.map((cells) => {
  const row = document.createElement("tr");
  cells.forEach(([text, order], column) => {
    const cell = document.createElement(column ? "td" : "th");
    if (!column) cell.scope = "row";
    if (numeric[column]) cell.className = "number";
    if (order !== null) cell.dataset.order = order;
    cell.textContent = text;
    row.append(cell);
  });
  return row;
});
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const input = document.querySelector(`input[data-table="${table.id}"]`);
  const count = document.getElementById(table.id + "-count");
  const kept = document.querySelector(`script[data-more="${table.id}"]`);
  const most = kept ? Number(kept.dataset.most) : Infinity;
  let rows = null, texts = null, sorted = null;
  const load = () => {
    if (rows) return;
    rows = [...body.rows];
    if (kept) {
      const more = JSON.parse(kept.textContent);
      rows.push(...made(more.rows, more.numeric));
    }
    sorted = rows;
    if (input) texts = new Map(rows.map((row) => [row, [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase()]));
  };
  const show = () => {
    const words = input ? input.value.toLowerCase().split(/\s+/).filter(Boolean) : [];
    const found = words.length ? sorted.filter((row) => words.every((word) => texts.get(row).includes(word))) : sorted;
    body.replaceChildren(...found.slice(0, most));
    if (!count) return;
    const shown = found.length > most ? ", the first " + most.toLocaleString("en") + " shown" : "";
    count.textContent = words.length ? found.length.toLocaleString("en") + " match" + shown : "";
  };
  headings.forEach((heading, column) => heading.firstElementChild.addEventListener("click", () => {
    load();
    const falls = heading.getAttribute("aria-sort") === "ascending";
    const sign = falls ? -1 : 1;
    const compare = (a, b) => {
      const [x, y] = [a.cells[column], b.cells[column]];
      if (x.dataset.order === undefined) return sign * x.textContent.localeCompare(y.textContent);
      if (x.dataset.order === "" || y.dataset.order === "") return (x.dataset.order === "") - (y.dataset.order === "");
      return sign * (x.dataset.order - y.dataset.order);
    };
    sorted = [...rows].sort(compare);
    headings.forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", falls ? "descending" : "ascending");
    show();
  }));
  if (input) input.addEventListener("input", () => { load(); show(); });
}

// Figures: a cursor reads every line at the bar under it.
const asPercent = (value) => value === null ? "n/a" : (value * 100).toFixed(1) + " %";
const asMoney = (value) => value === null ? "n/a" : Math.round(value).toLocaleString("en");
const times = numbers.datetime.map((text) => Date.parse(text.length === 10 ? text : text + "Z"));
const barAt = (time) => {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1; else high = middle;
  }
  return low > 0 && time - times[low - 1] < times[low] - time ? low - 1 : low;
};
const readings = {
  overview: (name, bar) => [asMoney(numbers.equity[name][bar]), asPercent(numbers.drawdown[name][bar]) + " down",
    asPercent(numbers.heat[name][bar]) + " heat"],
};
for (const figure of document.querySelectorAll("figure[data-reading]")) {
  const [cursor, box] = [figure.querySelector(".cursor"), figure.querySelector(".reading")];
  const hide = () => { cursor.hidden = box.hidden = true; };
  figure.addEventListener("pointerleave", hide);
  figure.addEventListener("pointermove", (event) => {
    const svg = event.target.closest("svg");
    if (!svg || times.length < 2) return hide();
    const [left, right] = svg.dataset.span.split(" ").map(Number);
    const frame = svg.getBoundingClientRect();
    const share = ((event.clientX - frame.left) / frame.width - left) / (right - left);
    if (share < 0 || share > 1) return hide();
    const first = times[0], last = times[times.length - 1];
    const bar = barAt(first + share * (last - first));
    const x = (left + (right - left) * (times[bar] - first) / (last - first)) * frame.width;
    const rows = Object.keys(numbers.equity).map((name) => [name, ...readings[figure.dataset.reading](name, bar)]);
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    box.textContent = [numbers.datetime[bar].replace("T", " "),
      ...rows.map((row) => row.map((text, column) => column ? text.padStart(widths[column]) : text.padEnd(widths[0])).join("  "))].join("\n");
    cursor.hidden = box.hidden = false;
    cursor.style.left = x + "px";
    const room = x + 12 + box.offsetWidth <= frame.width;
    box.style.left = Math.max(0, room ? x + 12 : x - 12 - box.offsetWidth) + "px";
  });
}

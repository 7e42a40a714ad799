"use strict";
const numbers = JSON.parse(document.getElementById("numbers").textContent);

// Tables: a click on a heading sorts, a second one turns the order; cells without a number go last.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => heading.firstElementChild.addEventListener("click", () => {
    const falls = heading.getAttribute("aria-sort") === "ascending";
    const sign = falls ? -1 : 1;
    const compare = (a, b) => {
      const [x, y] = [a.cells[column], b.cells[column]];
      if (x.dataset.order === undefined) return sign * x.textContent.localeCompare(y.textContent);
      if (x.dataset.order === "" || y.dataset.order === "") return (x.dataset.order === "") - (y.dataset.order === "");
      return sign * (x.dataset.order - y.dataset.order);
    };
    const rows = [...body.rows].sort(compare);
    headings.forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", falls ? "descending" : "ascending");
    body.append(...rows);
  }));
}

// Search: a row stays while it holds every word.
for (const input of document.querySelectorAll("input[type=search]")) {
  const rows = [...document.getElementById(input.dataset.table).tBodies[0].rows];
  const texts = rows.map((row) => [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase());
  const count = document.getElementById(input.dataset.table + "-count");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, number) => {
      row.hidden = !words.every((word) => texts[number].includes(word));
      shown += !row.hidden;
    });
    count.textContent = words.length ? shown.toLocaleString("en") + " match" : "";
  });
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
  equity: (name, bar) => [asMoney(numbers.equity[name][bar]), asPercent(numbers.drawdown[name][bar]) + " down"],
  heat: (name, bar) => [asPercent(numbers.heat[name][bar])],
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
    const rows = Object.keys(numbers[figure.dataset.reading]).map((name) => [name, ...readings[figure.dataset.reading](name, bar)]);
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    box.textContent = [numbers.datetime[bar].replace("T", " "),
      ...rows.map((row) => row.map((text, column) => column ? text.padStart(widths[column]) : text.padEnd(widths[0])).join("  "))].join("\n");
    cursor.hidden = box.hidden = false;
    cursor.style.left = x + "px";
    const room = x + 12 + box.offsetWidth <= frame.width;
    box.style.left = Math.max(0, room ? x + 12 : x - 12 - box.offsetWidth) + "px";
  });
}

// Curves of the pages of themes and methods, and tables that sort and filter. Without it pages show their small curves and whole tables.
"use strict";
const french = document.documentElement.lang === "fr";
const NUMBERS = french
  ? { decimal: ",", thousands: "\u202f", grouping: [3], currency: ["", "\u00a0€"], minus: "\u2212" }
  : { decimal: ".", thousands: ",", grouping: [3], currency: ["€", ""], minus: "\u2212" };
const MONTHS = french
  ? ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]
  : ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const SHORT = french
  ? ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
  : ["Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"];
const DAYS = french
  ? ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"]
  : ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const DATES = {
  dateTime: "%A %e %B %Y", date: "%d/%m/%Y", time: "%H:%M", periods: ["", ""],
  days: DAYS, shortDays: DAYS.map((day) => day.slice(0, 3)), months: MONTHS, shortMonths: SHORT,
};

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function look() {
  const soft = colour("--ink-soft"), rule = colour("--rule");
  return {
    background: "transparent", aria: false, font: "system-ui, sans-serif", view: { stroke: null },
    axis: { labelColor: soft, titleColor: soft, gridColor: rule, tickColor: rule, domainColor: rule, labelFontSize: 11 },
    legend: { labelColor: soft, titleColor: soft }, text: { color: soft },
  };
}

// A plot is one image, which its frame describes, whatever the library says; the table beside it holds the figures.
function asOneImage(frame, label) {
  frame.setAttribute("role", "img");
  frame.setAttribute("aria-label", label);
  frame.removeAttribute("aria-roledescription");
  const drawing = frame.querySelector("svg");
  if (drawing) drawing.setAttribute("aria-hidden", "true");
}

// A curve with its band, the provisional days on a shaded ground, a line where a definition changed or an incident began.
function curve(of) {
  const x = { field: "day", type: "temporal", scale: { type: "utc" }, title: null,
    axis: { format: "%-d %b %y", grid: false, labelOverlap: "greedy", tickCount: 6 } };
  const y = { field: "value", type: "quantitative", title: of.unit, axis: { tickCount: 4 } };
  const number = "." + of.decimals + "f";
  const values = of.day.map((day, n) => ({
    day, done: day <= of.due, going: day >= of.due, value: of.value[n], low: of.low && of.low[n], high: of.high && of.high[n],
  }));
  const layer = [];
  if (of.provisional) {
    layer.push({
      data: { values: [{ from: of.provisional, to: of.day[of.day.length - 1] }] },
      mark: { type: "rect", color: colour("--rule"), opacity: 0.6 },
      encoding: { x: { field: "from", type: "temporal", scale: { type: "utc" } }, x2: { field: "to" } },
    });
  }
  if (of.low) {
    layer.push({ mark: { type: "area", color: colour("--band") },
      encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } } });
  }
  // What is not due yet is incomplete, and drawn so.
  layer.push({ transform: [{ filter: "datum.done" }],
    mark: { type: "line", color: colour("--accent"), strokeWidth: 1.8 }, encoding: { x, y } });
  layer.push({ transform: [{ filter: "datum.going" }],
    mark: { type: "line", color: colour("--accent"), strokeWidth: 1.4, strokeDash: [3, 3] }, encoding: { x, y } });
  layer.push({
    mark: { type: "point", filled: true, color: colour("--accent"), size: 45, tooltip: true },
    params: [{ name: "near", select: { type: "point", on: "pointerover", nearest: true, clear: "pointerout" } }],
    encoding: {
      x, y, opacity: { condition: { param: "near", empty: false, value: 1 }, value: 0 },
      tooltip: [
        { field: "day", type: "temporal", title: french ? "Jusqu'au" : "Up to", format: "%-d %b %Y", formatType: "utc" },
        { field: "value", type: "quantitative", title: of.unit, format: "," + number },
        ...(of.low ? [
          { field: "low", type: "quantitative", title: french ? "IC 95 %, de" : "95% CI, from", format: "," + number },
          { field: "high", type: "quantitative", title: french ? "à" : "to", format: "," + number },
        ] : []),
      ],
    },
  });
  const lasting = of.notes.filter((note) => note.until > note.day);
  if (lasting.length) {
    layer.unshift({ data: { values: lasting },
      mark: { type: "rect", color: colour("--warn"), opacity: 0.15 },
      encoding: { x: { field: "day", type: "temporal", scale: { type: "utc" } }, x2: { field: "until" } } });
  }
  if (of.notes.length) {
    layer.push({ data: { values: of.notes },
      mark: { type: "rule", strokeDash: [4, 3], color: colour("--warn"), tooltip: { content: "data" } },
      encoding: { x: { field: "day", type: "temporal", scale: { type: "utc" } }, tooltip: { field: "text" } } });
  }
  return { $schema: "https://vega.github.io/schema/vega-lite/v6.json", width: "container", height: 220,
    data: { values }, layer, config: look() };
}

function drawWhenSeen() {
  const held = document.getElementById("curves");
  if (!held || !window.vegaEmbed) return;
  const curves = JSON.parse(held.textContent);
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) {
      seen.unobserve(entry.target);
      const of = curves[entry.target.dataset.curve];
      if (!of) continue;
      const label = entry.target.querySelector("svg").getAttribute("aria-label");
      const plot = document.createElement("div");
      entry.target.replaceChildren(plot);
      window.vegaEmbed(plot, curve(of), { actions: false, renderer: "svg", formatLocale: NUMBERS, timeFormatLocale: DATES })
        .then(() => asOneImage(plot, label));
    }
  }, { rootMargin: "300px" });
  document.querySelectorAll("[data-curve]").forEach((each) => seen.observe(each));
}

// A table sorts by a click on a head, or Enter on it; `data-sort` or a `<data>` says by what.
function key(cell) {
  const data = cell.querySelector("data");
  const text = cell.dataset.sort ?? (data ? data.value : cell.textContent.trim());
  return text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text;
}

function sortable(table) {
  table.querySelectorAll("thead th").forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("thead th").forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const body = table.tBodies[0];
      const rows = [...body.rows].map((row) => [key(row.cells[column]), row]);
      const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
      rows.sort(([a], [b]) => (typeof a === "number" && typeof b === "number" ? a - b
        : typeof a === "number" ? -1 : typeof b === "number" ? 1 : order.compare(a, b)));
      if (down) rows.reverse();
      body.append(...rows.map(([, row]) => row));
    });
  });
}

// What is typed and chosen leaves the rows that hold it; how many are left is said.
function filterable(form) {
  const rows = [...document.getElementById(form.dataset.filters).tBodies[0].rows];
  const count = form.querySelector("output");
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const held = rows.map((row) => plain(row.textContent));
  const apply = () => {
    const wanted = [...new FormData(form)].filter(([, value]) => value);
    let shown = 0;
    rows.forEach((row, n) => {
      const fits = wanted.every(([name, value]) => name === "words"
        ? plain(value).split(/\s+/).every((word) => held[n].includes(word))
        : (row.dataset[name] || "").split(" ").includes(value));
      row.hidden = !fits;
      shown += fits;
    });
    count.textContent = shown + " / " + rows.length;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
}

drawWhenSeen();
document.querySelectorAll("table[data-sortable]").forEach(sortable);
document.querySelectorAll("form[data-filters]").forEach(filterable);

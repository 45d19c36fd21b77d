// The observatory: reads the files of the open data, and draws a map, curves and a table of what is chosen. All choices
// stand in the hash of the address. A step of the slider changes the data of the view, and nothing else of it. Below the
// département (`z` of the address) there are classes of rates in the place of figures; where the release has no outlines of
// these places, the table alone shows them.
"use strict";
(function () {
  const language = french ? "fr" : "en";
  const words = JSON.parse(document.getElementById("words").textContent);
  const form = document.getElementById("choices"), field = (name) => form.elements[name];
  const byId = (id) => document.getElementById(id);
  const said = byId("said"), slider = byId("slider");
  // Cividis in six steps: read alike with any colour vision, and in grey.
  const SCALE = ["#fee838", "#cabb59", "#9c9370", "#6d6f75", "#3c4f6d", "#00224e"], NONE = "#d3d7db";
  const CLASSES = SCALE.length;
  const LINES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"];
  const LOCAL = ["EPCI", "COM", "IRIS"];
  let choices, past = null, outlines, ground = { features: [], frames: [] }, names = null, state = {}, held = null, mapView = null, curveView = null, timer = null;
  const files = new Map();

  const label = (pair) => (Array.isArray(pair) ? pair[french ? 0 : 1] : pair[language]);
  const number = (value, decimals) => value.toLocaleString(french ? "fr-FR" : "en-GB", {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "\u2212");
  const written = (day) => new Date(day + "T00:00:00Z").toLocaleDateString(french ? "fr-FR" : "en-GB",
    { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const sentence = (text) => text[0].toUpperCase() + text.slice(1) + ".";
  const options = (select, pairs) => select.replaceChildren(...pairs.map(([value, text]) => new Option(text, value)));
  const indicator = () => choices.indicators.find((each) => each.name === state.i);
  const isLocal = () => LOCAL.includes(state.g);
  const ofClasses = () => indicator().classes.find((each) => each.level === state.g);
  const fits = (part, level, period) => part.geo.includes(level) && part.period.includes(period);

  const json = (path) => fetch(path).then((answer) => answer.json());
  const kept = new Map();
  async function once(path) {
    if (!kept.has(path)) kept.set(path, await json(path));
    return kept.get(path);
  }

  // The cells of a line of CSV; where one is quoted it may hold the separator.
  const cellsOf = (line) => (line.includes('"')
    ? [...line.matchAll(/(?:^|;)(?:"((?:[^"]|"")*)"|([^;]*))/g)].map((found) => (found[1] ?? found[2]).replaceAll('""', '"'))
    : line.split(";"));

  // A released file: compressed or not, whether or not the server has said so.
  async function rows(path) {
    if (!files.has(path)) {
      files.set(path, fetch(path).then(async (answer) => {
        if (!answer.ok) throw new Error(path);
        const bytes = new Uint8Array(await answer.arrayBuffer());
        const text = bytes[0] === 0x1f && bytes[1] === 0x8b
          ? await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text()
          : new TextDecoder().decode(bytes);
        const lines = text.split("\n");
        const names = lines[0].split(";");
        return { names, lines };
      }));
      files.get(path).catch(() => files.delete(path));
      if (files.size > 40) files.delete(files.keys().next().value);
    }
    return files.get(path);
  }

  // Ids of releases: a day and, from the second of a day on, a number.
  const rank = (release) => [release.slice(0, 10), Number(release.slice(11) || 1)];
  function isLater(one, other) {
    const [a, b] = [rank(one), rank(other)];
    return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);
  }
  const told = (release) => written(release.slice(0, 10)) + (release.length > 10 ? " (" + rank(release)[1] + ")" : "");
  const asKnown = () => (state.r ? ", " + words.knownOn + " " + told(state.r) : "");
  // Of an object the keys that look like numbers come first: 10 before 01.
  const byCode = (named) => Object.entries(named).sort(([one], [other]) => (one < other ? -1 : 1));
  const fileName = (day) => state.i + (isLocal() ? "-" + state.g.toLowerCase() + "-" + state.z : "") + "-" + day + (state.r ? "-known-" + state.r : "");

  // The figures of a level as chosen: by day, by place.
  async function figures(level, period = state.p) {
    const parts = indicator().parts.filter((part) => fits(part, level, period) && part.sex.includes(state.s)
      && part.age.includes(state.a.split(".")[0]) && part.strata.some((pair) => pair.join(".") === state.t));
    const found = new Map();
    if (!parts.length) return { days: found, due: null };
    const part = parts[0], [scheme, age] = state.a === "all" ? ["all", "all"] : state.a.split("."),
      [strata, stratum] = state.t.split(".");
    const wanted = { geo_level: level, period, sex: state.s, age_scheme: scheme, age_class: age,
      stratum_scheme: strata, stratum };
    const whole = state.s === "all" && state.a === "all";
    const read = async (path, take) => {
      const { names, lines } = await rows(path);
      // A constant of the file is no column of it; a scheme is known by its class.
      const tests = Object.entries(wanted).filter(([name]) => names.includes(name))
        .map(([name, value]) => [names.indexOf(name), value]);
      const at = Object.fromEntries(["release", "geo_code", "period_end", "value", "ci_low", "ci_high", "status"]
        .map((name) => [name, names.indexOf(name)]));
      const figure = (cells, name) => (at[name] < 0 || cells[at[name]] === "" ? null : Number(cells[at[name]]));
      for (let n = 1; n < lines.length; n++) {
        if (!lines[n]) continue;
        const cells = lines[n].split(";");
        if (!tests.every(([column, value]) => cells[column] === value)) continue;
        take(cells[at.period_end], at.geo_code < 0 ? "FR" : cells[at.geo_code], { status: cells[at.status],
          value: figure(cells, "value"), low: figure(cells, "ci_low"), high: figure(cells, "ci_high") }, cells[at.release]);
      }
    };
    const put = (day, code, figure) => {
      if (!found.has(day)) found.set(day, new Map());
      found.get(day).set(code, figure);
    };
    for (const path of [whole && part.older, part.csv].filter(Boolean)) await read(path, put);
    if (!state.r) return { days: found, due: part.due };
    past = past || await json("observatory/known.json");
    const name = part.csv.split("/").pop().split(".")[0], series = past[name];
    if (!series || isLater(series.since, state.r)) return { days: new Map(), due: null };
    // What stood in a cell before the first of the later releases that changed it, is what was known.
    const seen = new Set();
    for (const month of series.months.filter((each) => each >= state.r.slice(0, 7))) {
      await read("observatory/known/" + name + "/" + month + ".csv.gz", (day, code, figure, release) => {
        if (!isLater(release, state.r) || seen.has(day + code)) return;
        seen.add(day + code);
        if (figure.status) put(day, code, figure);
        else if (found.has(day)) found.get(day).delete(code);
      });
    }
    for (const [day, places] of found) if (!places.size) found.delete(day);
    const lag = Date.parse(choices.today) - Date.parse(part.due);
    return { days: found, due: new Date(Date.parse(state.r.slice(0, 10)) - lag).toISOString().slice(0, 10) };
  }

  // A class as it is published, "[20;50[", has a lower bound and, but for the last one, an upper one.
  const boundsOf = (label) => label.slice(1, -1).split(";").map((bound) => (bound === "Max" ? null : Number(bound)));
  const isHere = (code) => (state.g === "IRIS" ? code.slice(0, 5) in names.COM || code.slice(0, 5) in names.ARR : code in names[state.g]);

  // The classes of the places of the level that lie in the département: by week, by place. `breaks` are the bounds
  // of all classes of the file.
  async function localClasses() {
    const of = ofClasses(), { names: columns, lines } = await rows(of.csv), age = state.a === "all" ? "0" : state.a.split(".")[1];
    const at = Object.fromEntries(["place", "period", "age", "column"].map((name) => [name, columns.indexOf(of[name])]));
    const days = new Map(), breaks = new Set();
    for (let n = 1; n < lines.length; n++) {
      if (!lines[n]) continue;
      const cells = cellsOf(lines[n]), text = cells[at.column];
      if (text) boundsOf(text).filter((bound) => bound !== null).forEach((bound) => breaks.add(bound));
      if (cells[at.age] !== age || !isHere(cells[at.place])) continue;
      const day = cells[at.period].slice(-10), [low, high] = text ? boundsOf(text) : [null, null];
      if (!days.has(day)) days.set(day, new Map());
      days.get(day).set(cells[at.place], { status: "final", value: low, low, high, label: text || null });
    }
    return { days, due: null, breaks: [...breaks].sort((a, b) => a - b) };
  }

  // What is drawn: of régions and départements the outlines of the page, below them those that the release has.
  async function prepare() {
    names = isLocal() ? await once("observatory/places-" + state.z + ".json") : null;
    if (!isLocal()) {
      ground = { features: outlines[state.g], frames: outlines.frames, source: outlines.source };
      return;
    }
    ground = { features: [], frames: [] };
    if (!(choices.outlines[state.g] || []).includes(state.z)) return;
    const path = "outlines/" + state.g.toLowerCase() + "-" + state.z + ".geojson", drawn = await once(path);
    drawn.laid = drawn.laid || laid(drawn.features);
    ground = { features: drawn.laid, frames: [], path,
      source: [...drawn.sources, ...drawn.licences, words.vintage + " " + drawn.vintage].join(", ") };
  }

  // Longitude and latitude in a plane of which y points south, true to scale in the middle of the département.
  function laid(features) {
    const rings = features.flatMap((each) => each.geometry.coordinates.flat()), latitudes = rings.flat().map((point) => point[1]);
    const low = latitudes.reduce((a, b) => Math.min(a, b), 90), high = latitudes.reduce((a, b) => Math.max(a, b), -90);
    const narrow = Math.cos((low + high) / 360 * Math.PI);
    const place = ([x, y]) => [x * narrow * 1000, -y * 1000];
    return features.map((each) => ({ ...each, properties: { ...each.properties, name: nameOf(each.properties.code, each.properties.name) },
      geometry: { ...each.geometry, coordinates: each.geometry.coordinates.map((polygon) => polygon.map((ring) => ring.map(place))) } }));
  }

  // The name of a place; an IRIS without one of its own is told by its commune and its number.
  function nameOf(code, own) {
    if (!isLocal()) return choices.names[state.g][code] || code;
    if (state.g !== "IRIS") return names[state.g][code] || own || code;
    const commune = names.COM[code.slice(0, 5)] || names.ARR[code.slice(0, 5)] || code.slice(0, 5);
    if (own && own !== commune) return own + ", " + commune;
    return code.endsWith("0000") ? commune : commune + ", " + words.iris + " " + code.slice(5);
  }

  // The colour of a class: that of its middle among the breaks, and the greyer the more of them it spans, since it tells
  // less (a value-suppressing palette, after Correll, Moritz and Heer 2018).
  function shade(label, breaks) {
    const [low, high] = boundsOf(label), from = breaks.indexOf(low);
    const spans = (high === null ? breaks.length : breaks.indexOf(high)) - from;
    const place = (from + spans / 2) / breaks.length * CLASSES - 0.5, n = Math.min(Math.max(Math.floor(place), 0), CLASSES - 2);
    const hue = mixed(SCALE[n], SCALE[n + 1], Math.min(Math.max(place - n, 0), 1));
    return mixed(hue, NONE, 0.7 * (spans - 1) / Math.max(breaks.length - 1, 1));
  }

  function mixed(one, other, share) {
    const parts = (hex) => [1, 3, 5].map((n) => parseInt(hex.slice(n, n + 2), 16)), [a, b] = [parts(one), parts(other)];
    return "#" + a.map((part, n) => Math.round(part + (b[n] - part) * share).toString(16).padStart(2, "0")).join("");
  }

  // Classes from the lowest to the highest, the narrower first.
  function inOrder(days) {
    const labels = new Set([...days.values()].flatMap((places) => [...places.values()].map((each) => each.label).filter(Boolean)));
    const key = (label) => boundsOf(label).map((bound) => bound ?? Infinity);
    return [...labels].sort((a, b) => { const [x, y] = [key(a), key(b)]; return x[0] - y[0] || x[1] - y[1]; });
  }

  // Bounds of the classes, over all days: the same on every day of the slider.
  function bounds(days) {
    const values = [];
    for (const places of days.values()) for (const each of places.values()) if (each.value !== null) values.push(each.value);
    values.sort((a, b) => a - b);
    if (!values.length) return [];
    const low = values[0], high = values[values.length - 1], found = [];
    for (let n = 1; n < CLASSES; n++) {
      const raw = state.c === "equal" ? low + (high - low) * n / CLASSES : values[Math.floor(values.length * n / CLASSES)];
      const digits = raw ? Math.max(0, 1 - Math.floor(Math.log10(Math.abs(raw)))) : 0;
      found.push(Number(raw.toFixed(Math.min(digits, 6))));
    }
    return [...new Set(found)].filter((each) => each > low);
  }

  // As many colours as there are classes, from one end of the scale to the other.
  const spread = (count) => Array.from({ length: count }, (_, n) => SCALE[Math.round(n * (CLASSES - 1) / Math.max(count - 1, 1))]);

  function mapSpec(level, classes, top) {
    const one = indicator(), height = Math.max(320, Math.min(520, Math.round(byId("map").clientWidth * 0.95)));
    const features = ground.features;
    const tooltip = [{ field: "name", title: words.place }, { field: "shown", title: label(one.unit) },
      ...(isLocal() ? [] : [{ field: "ci", title: words.interval }]), { field: "told", title: words.status }];
    const projection = { type: "identity" };
    const colours = classes.length ? spread(classes.length + 1) : SCALE.slice(2, 3);
    const base = { data: { name: "shapes", format: { type: "json" } },
      mark: { type: "geoshape", stroke: colour("--paper"), strokeWidth: 0.6, cursor: "pointer" }, projection };
    const plainFigures = { value: NONE };
    const layer = [];
    if (isLocal()) {
      const domain = inOrder(held.days);
      layer.push({ ...base, encoding: { tooltip,
        color: { condition: { test: "isValid(datum.label)", field: "label", type: "nominal", sort: null,
          scale: { domain, range: domain.map((each) => shade(each, held.breaks)) },
          legend: { title: label(one.unit), orient: "bottom", direction: "horizontal", symbolType: "square",
            columns: Math.max(2, Math.floor(byId("map").clientWidth / 110)) } }, value: NONE } } });
    } else if (one.count) {
      layer.push({ ...base, encoding: { color: plainFigures, tooltip } });
      layer.push({ data: { name: "points" }, projection, transform: [{ filter: "isValid(datum.value)" }],
        mark: { type: "circle", color: "#3c4f6d", opacity: 0.75, stroke: "white", strokeWidth: 0.5, cursor: "pointer" },
        encoding: {
          longitude: { field: "x", type: "quantitative" }, latitude: { field: "y", type: "quantitative" }, tooltip,
          size: { field: "value", type: "quantitative", scale: { domain: [0, top || 1], range: [0, 900] },
            legend: { title: label(one.unit), orient: "bottom", direction: "horizontal", symbolFillColor: "#3c4f6d", symbolStrokeWidth: 0 } },
        } });
    } else {
      layer.push({ ...base, encoding: { tooltip,
        color: { condition: { test: "isValid(datum.value)", field: "value", type: "quantitative",
          scale: { type: "threshold", domain: classes, range: colours },
          legend: { title: label(one.unit), orient: "bottom", direction: "horizontal", gradientLength: 300, format: "." + one.decimals + "f" } }, value: NONE } } });
    }
    layer.push({ ...base, mark: { type: "geoshape", fill: null, stroke: "#d55e00", strokeWidth: 2, interactive: false },
      transform: [{ filter: "datum.chosen" }], encoding: {} });
    if (ground.frames.length) layer.push({ data: { values: ground.frames.map(([x, y, side]) => ({ type: "Feature", geometry: { type: "LineString",
      coordinates: [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]] } })) }, projection,
      mark: { type: "geoshape", fill: null, stroke: colour("--rule"), interactive: false }, encoding: {} });
    return { $schema: "https://vega.github.io/schema/vega-lite/v6.json", width: "container", height,
      autosize: { type: "fit", contains: "padding" }, datasets: { shapes: shapes(level, features), ...(one.count ? { points: points(level, features) } : {}) },
      layer, config: look() };
  }

  function figureOf(code) {
    const places = held.days.get(held.order[slider.value]);
    return places && places.get(code);
  }

  function described(feature) {
    if (isLocal()) return describedClass(feature);
    const one = indicator(), code = feature.properties.code, found = figureOf(code);
    const value = found ? found.value : null;
    return { code, name: feature.properties.name, value,
      shown: value === null ? words.noData : number(value, one.decimals),
      ci: found && found.low !== null && found.high !== null ? number(found.low, one.decimals) + " – " + number(found.high, one.decimals) : "–",
      told: found ? words["status." + found.status] || found.status : words.noData, chosen: state.k.includes(code) };
  }

  function describedClass(feature) {
    const { code, name } = feature.properties, found = figureOf(code), text = found ? found.label : null;
    return { code, name, value: found ? found.value : null, label: text, shown: text || words.noClass, ci: "–",
      told: text ? words["status.final"] : "–", chosen: state.k.includes(code) };
  }

  // The territories of the table: those of the map, and those that have figures and no outline.
  function listed() {
    const drawn = ground.features, places = held.days.get(held.order[slider.value]) || new Map();
    const known = new Set(drawn.map((each) => each.properties.code));
    const others = [...places.keys()].filter((code) => !known.has(code) && (isLocal() || choices.names[state.g][code]));
    const all = [...drawn, ...others.map((code) => ({ properties: { code, name: nameOf(code) } }))].map(described);
    return isLocal() ? all.sort((a, b) => a.name.localeCompare(b.name, language, { numeric: true })) : all;
  }

  const shapes = (level, features) => features.map((each) => ({ ...each, ...described(each) }));
  const points = (level, features) => features.map((each) => ({ ...described(each), x: centre(each)[0], y: centre(each)[1] }));

  // The middle of the largest ring, which lies in the territory for all but the most bent of them.
  function centre(feature) {
    if (!feature.centre) {
      let most = 0;
      for (const [ring] of feature.geometry.coordinates) {
        let area = 0, x = 0, y = 0;
        for (let n = 0; n < ring.length - 1; n++) {
          const cross = ring[n][0] * ring[n + 1][1] - ring[n + 1][0] * ring[n][1];
          area += cross; x += (ring[n][0] + ring[n + 1][0]) * cross; y += (ring[n][1] + ring[n + 1][1]) * cross;
        }
        if (Math.abs(area) > most) { most = Math.abs(area); feature.centre = [x / (3 * area), y / (3 * area)]; }
      }
    }
    return feature.centre;
  }

  const plotting = { actions: false, renderer: "svg", formatLocale: NUMBERS, timeFormatLocale: DATES };

  async function draw() {
    const level = state.g, one = indicator(), isDrawn = ground.features.length > 0;
    let top = 0;
    for (const places of held.days.values()) for (const each of places.values()) top = Math.max(top, each.value || 0);
    byId("map").closest("figure").hidden = byId("svg").hidden = byId("png").hidden = !isDrawn;
    byId("undrawn").hidden = isDrawn;
    byId("outlines").hidden = !ground.path;
    if (ground.path) byId("outlines").href = ground.path;
    byId("source").textContent = ground.source || "";
    byId("source").parentElement.hidden = !isDrawn;
    byId("play").hidden = slider.hidden = held.order.length < 2;
    byId("table").classList.toggle("classes", isLocal());
    byId("what").textContent = isLocal() ? words.class : words.value;
    byId("of-classes").hidden = !isLocal();
    if (mapView) mapView.finalize();
    mapView = null;
    if (isDrawn) {
      const spec = mapSpec(level, isLocal() ? [] : bounds(held.days), top);
      mapView = (await vegaEmbed(byId("map"), spec, { ...plotting, renderer: "canvas" })).view;
      mapView.addEventListener("click", (event, item) => { if (item && item.datum && item.datum.code) toggle(item.datum.code); });
    }
    await step();
    await drawCurves();
    byId("method").href = "methods/" + one.name + "." + language + ".html";
  }

  // One step of the slider. Returns when the map shows it.
  async function step() {
    const day = held.order[slider.value], features = ground.features, one = indicator();
    state.d = day;
    const late = held.due && day > held.due ? " (" + words.incomplete + ")" : "";
    byId("day").textContent = words.upTo + " " + written(day) + late + asKnown();
    slider.setAttribute("aria-valuetext", written(day));
    if (mapView) {
      mapView.data("shapes", shapes(state.g, features));
      if (one.count) mapView.data("points", points(state.g, features));
      await mapView.runAsync();
    }
    const known = (isLocal() ? listed() : features.map(described)).filter((each) => each.value !== null);
    // Of classes the highest, if it is not open to zero.
    const highest = known.filter((each) => !isLocal() || each.value > 0).reduce((a, b) => (a && a.value >= b.value ? a : b), null);
    const text = label(one.title) + ", " + words.upTo + " " + written(day) + late + asKnown() + ". "
      + (highest ? words.highest + highest.name + ", " + highest.shown + " " + label(one.unit) + "." : sentence(isLocal() ? known.length + " / " + listed().length + " " + words.classed : words.noData));
    if (mapView) asOneImage(byId("map"), text);
    said.textContent = text;
    remember();
    window.clearTimeout(step.later);
    step.later = window.setTimeout(tabulate, 120);
  }

  function tabulate() {
    const one = indicator(), day = held.order[slider.value];
    byId("caption").textContent = label(one.title) + " (" + label(one.unit) + "), " + words.upTo + " " + written(day) + asKnown();
    const cell = (text, kind) => Object.assign(document.createElement("td"), { textContent: text, className: kind || "" });
    byId("table").tBodies[0].replaceChildren(...listed().map((each) => {
      const row = document.createElement("tr"), head = document.createElement("th"), link = document.createElement("a");
      head.scope = "row";
      link.href = "places/" + state.g.toLowerCase() + "-" + each.code + "." + language + ".html";
      link.textContent = each.name;
      head.append(isLocal() ? each.name : link);
      const value = cell("", "n");
      if (each.label) value.textContent = each.label;
      else if (each.value === null) value.append(Object.assign(document.createElement("span"), { className: "none", textContent: isLocal() ? each.shown : each.told }));
      else value.append(Object.assign(document.createElement("data"), { value: each.value, textContent: each.shown }));
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: each.chosen ? "✓" : "+" });
      button.className = "sort plain";
      button.setAttribute("aria-pressed", each.chosen);
      button.setAttribute("aria-label", words.compare + " " + each.name);
      button.addEventListener("click", () => toggle(each.code));
      const last = cell("");
      last.append(button);
      row.append(head, value, cell(each.ci, "n"), cell(each.told), last);
      return row;
    }));
    const release = state.r || choices.releases[choices.releases.length - 1];
    const lines = [["release", "geo_level", "geo_code", "name", "period", "period_end", "sex", "age", "stratum", "value", "ci_low", "ci_high", "status"]];
    for (const each of listed()) {
      const found = figureOf(each.code);
      if (found) lines.push([release, state.g, each.code, each.name, state.p, day, state.s, state.a, state.t,
        ...(isLocal() ? [found.label ?? "", "", ""] : [found.value ?? "", found.low ?? "", found.high ?? ""]), found.status]);
    }
    const link = byId("csv"), text = lines.map((each) => each.map((value) => (/[;"]/.test(value) ? '"' + value + '"' : value)).join(";")).join("\n") + "\n";
    URL.revokeObjectURL(link.href);
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = fileName(day) + ".csv";
    for (const kind of ["svg", "png"]) byId(kind).download = fileName(day) + "." + kind;
  }

  // The curves of the territories compared, beside their région and France.
  async function drawCurves() {
    const one = indicator(), values = [], names = [];
    const add = (name, days, code, dash) => {
      names.push(name);
      for (const day of [...days.keys()].sort()) {
        const found = days.get(day).get(code);
        values.push({ day, name, value: found ? found.value : null, kind: dash });
      }
    };
    if (isLocal()) {
      add("France", await weeks("FRA"), "FR", "France");
      add(choices.names.DEP[state.z], await weeks("DEP"), state.z, "DEP");
    } else if (!one.count || !state.k.length) add("France", (await figures("FRA")).days, "FR", "France");
    const region = state.g === "DEP" && state.k.length ? choices.regions[state.k[0]] : null;
    if (region && !one.count) {
      const regions = await figures("REG"), feature = outlines.REG.find((each) => each.properties.code === region);
      if (regions.days.size && feature) add(feature.properties.name, regions.days, region, "REG");
    }
    const compared = state.k.map((code) => (isLocal() ? nameOf(code, nameDrawn(code)) : choices.names[state.g][code] || code));
    if (!isLocal()) state.k.forEach((code, n) => add(compared[n], held.days, code, state.g));
    else names.push(...compared);
    const shown = names.filter((name, n) => names.indexOf(name) === n), classes = isLocal() ? ranges(compared, values) : [];
    const range = shown.map((name, n) => (name === "France" ? "#6d6f75" : LINES[n % LINES.length]));
    const embedded = await vegaEmbed(byId("curves-plot"), {
      $schema: "https://vega.github.io/schema/vega-lite/v6.json", width: "container", height: 280, data: { values },
      layer: [
        { mark: { type: "line", strokeWidth: 1.8, tooltip: true }, encoding: { strokeDash: { field: "name", type: "nominal", title: null,
          legend: { orient: "bottom", columns: 2 }, scale: { domain: shown, range: shown.map((name) => (name === "France" ? [4, 3] : [1, 0])) } } } },
        ...(classes.length ? [{ data: { values: classes }, mark: { type: "rule", strokeWidth: 7, opacity: 0.6, tooltip: { content: "data" } },
          encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } } }] : []),
      ],
      encoding: {
        x: { field: "day", type: "temporal", scale: { type: "utc" }, title: null,
          axis: { format: "%-d %b %y", grid: false, labelOverlap: "greedy", labelSeparation: 8, tickCount: 5 } },
        y: { field: "value", type: "quantitative", title: label(one.unit), axis: { tickCount: 4 } },
        color: { field: "name", type: "nominal", title: null, scale: { domain: shown, range }, legend: { orient: "bottom", columns: 2 } },
      }, config: look() }, plotting);
    if (curveView) curveView.finalize();
    curveView = embedded.view;
    asOneImage(byId("curves-plot"), label(one.title) + ": " + shown.join(", "));
    byId("compared").replaceChildren(...state.k.map((code, n) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "sort plain",
        textContent: "× " + compared[n] });
      button.addEventListener("click", () => toggle(code));
      return button;
    }));
  }

  // The figures of whole weeks: the seven days up to a Sunday are one, where no weeks are published.
  async function weeks(level) {
    const found = await figures(level, "week");
    if (found.days.size) return found.days;
    const last = held.order[held.order.length - 1], { days } = await figures(level, "rolling7");
    return new Map([...days].filter(([day]) => day <= last && new Date(day + "T00:00:00Z").getUTCDay() === 0));
  }

  // The classes of the places compared, week by week, from their lower to their upper bound; the last one is open, and is
  // drawn to above all else.
  function ranges(compared, lines) {
    const found = state.k.flatMap((code, n) => [...held.days].map(([day, places]) => [day, compared[n], places.get(code)]))
      .filter(([, , each]) => each && each.label);
    const most = [...lines.map((each) => each.value || 0), ...found.flatMap(([, , each]) => [each.low * 1.25, each.high || 0])];
    const top = most.reduce((a, b) => Math.max(a, b), 0);
    return found.map(([day, name, each]) => ({ day, name, label: each.label, low: each.low, high: each.high ?? top }));
  }

  function nameDrawn(code) {
    const drawn = ground.features.find((each) => each.properties.code === code);
    return drawn && drawn.properties.name;
  }

  async function toggle(code) {
    state.k = state.k.includes(code) ? state.k.filter((each) => each !== code) : [...state.k, code].slice(-5);
    await step();
    tabulate();
    await drawCurves();
  }

  function remember() {
    const kept = new URLSearchParams({ ...state, k: state.k.join(",") });
    history.replaceState(null, "", "#" + kept);
    byId("permalink").href = location.href;
  }

  // What can be chosen follows from what is published.
  function offer() {
    const one = indicator(), levels = ["DEP", "REG"].filter((level) => one.parts.some((part) => part.geo.includes(level)));
    levels.push(...LOCAL.filter((level) => one.classes.some((each) => each.level === level)));
    const choose = (name, pairs) => {
      options(field(name), pairs);
      if (!pairs.some(([value]) => value === state[name])) state[name] = pairs[0][0];
      field(name).value = state[name];
      field(name).closest("label").hidden = pairs.length < 2;
    };
    for (const option of field("g").options) option.hidden = option.disabled = !levels.includes(option.value);
    if (!levels.includes(state.g)) state.g = levels[0];
    field("g").value = state.g;
    field("z").closest("label").hidden = !isLocal();
    if (isLocal()) {
      choose("z", byCode(choices.names.DEP).map(([code, name]) => [code, code + " " + name]));
      choose("p", [["week", label(choices.words.period.week)]]);
      choose("t", [["all.all", words.total]]);
      choose("r", [["", words.now]]);
      choose("s", [["all", label(choices.words.sex.all)]]);
      const older = Object.entries(choices.ages["65plus"] || {}).filter(([code]) => code === "65");
      choose("a", [["all", label(choices.words.age.all)], ...older.map(([code, text]) => ["65plus." + code, label(text)])]);
      field("c").closest("label").hidden = true;
      return;
    }
    let parts = one.parts.filter((part) => part.geo.includes(state.g));
    const order = ["rolling7", "day", "week", "cumulative", "wave"];
    const periods = order.filter((period) => parts.some((part) => part.period.includes(period)));
    choose("p", periods.map((period) => [period, label(choices.words.period[period])]));
    parts = parts.filter((part) => part.period.includes(state.p));
    const strata = new Map();
    for (const part of parts) for (const [scheme, stratum] of part.strata) {
      strata.set(scheme + "." + stratum, scheme === "all" ? words.total : label(one.strata[scheme].strata[stratum]));
    }
    choose("t", [...strata].sort((a, b) => (b[0] === "all.all") - (a[0] === "all.all")));
    parts = parts.filter((part) => part.strata.some((pair) => pair.join(".") === state.t));
    // Of a past release figures are known of all sexes and ages.
    const series = parts.filter((part) => part.sex.includes("all") && part.age.includes("all"));
    const before = series.length ? choices.releases.slice(0, -1) : [];
    choose("r", [["", words.now], ...before.reverse().map((release) => [release, told(release)])]);
    if (state.r) parts = series.slice(0, 1);
    const shownOf = (values) => (state.r ? ["all"] : values);
    choose("s", shownOf(Object.keys(choices.words.sex).filter((sex) => parts.some((part) => part.sex.includes(sex))))
      .map((sex) => [sex, label(choices.words.sex[sex])]));
    parts = parts.filter((part) => part.sex.includes(state.s));
    const ages = [];
    for (const scheme of shownOf(Object.keys(choices.words.age).filter((age) => parts.some((part) => part.age.includes(age))))) {
      if (scheme === "all") ages.push(["all", label(choices.words.age.all)]);
      else for (const [code, told] of byCode(choices.ages[scheme])) ages.push([scheme + "." + code, label(told)]);
    }
    choose("a", ages);
    field("c").value = state.c;
    field("c").closest("label").hidden = one.count;
  }

  async function show() {
    said.textContent = words.loading;
    pause();
    offer();
    try {
      await prepare();
      held = isLocal() ? await localClasses() : await figures(state.g);
    } catch (error) {
      said.textContent = words.failed;
      return;
    }
    held.order = [...held.days.keys()].sort();
    byId("shown").hidden = !held.order.length;
    if (!held.order.length) {
      said.textContent = label(indicator().title) + ": " + (isLocal() ? words.noClass : words.noData) + asKnown() + ".";
      remember();
      document.body.dataset.ready = "yes";
      return;
    }
    slider.max = Math.max(held.order.length - 1, 0);
    const due = held.order.filter((day) => !held.due || day <= held.due).length - 1;
    slider.value = held.order.includes(state.d) ? held.order.indexOf(state.d) : Math.max(due, 0);
    await draw();
    tabulate();
    document.body.dataset.ready = "yes";
  }

  function pause() {
    window.clearInterval(timer);
    timer = null;
    byId("play").textContent = words.play;
  }

  byId("play").addEventListener("click", () => {
    if (timer) { pause(); return; }
    if (slider.value === slider.max) slider.value = 0;
    byId("play").textContent = words.pause;
    timer = window.setInterval(() => {
      if (slider.value === slider.max) { pause(); return; }
      slider.value = Number(slider.value) + 1;
      step();
    }, 250);
  });
  slider.addEventListener("input", step);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => {
    const changed = event.target.name;
    // Whoever compares a département and goes below it wants to see it.
    if (changed === "g" && LOCAL.includes(event.target.value) && state.g === "DEP" && state.k.length) state.z = state.k[0];
    state[changed] = event.target.value;
    if (changed === "g" || changed === "z") state.k = [];
    show();
  });
  for (const kind of ["svg", "png"]) {
    byId(kind).addEventListener("click", async (event) => {
      if (event.currentTarget.dataset.made) { delete event.currentTarget.dataset.made; return; }
      event.preventDefault();
      const link = event.currentTarget;
      link.href = await mapView.toImageURL(kind, kind === "png" ? 2 : 1);
      link.dataset.made = "yes";
      link.click();
    });
  }
  // How long a step of the slider takes, for who measures: milliseconds until the map shows it.
  window.vigieStep = async (n) => {
    slider.value = n;
    const begun = performance.now();
    await step();
    return performance.now() - begun;
  };

  function restore() {
    const asked = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    state = { i: choices.indicators[0].name, p: "", g: "DEP", z: "", s: "all", a: "all", t: "all.all", c: "quantile", r: "", d: "", ...asked };
    state.k = (asked.k || "").split(",").filter(Boolean);
    if (!choices.indicators.some((each) => each.name === state.i)) state.i = choices.indicators[0].name;
    field("i").value = state.i;
    return show();
  }

  Promise.all(["observatory/choices.json", "assets/outlines.json"].map(json))
    .then(([offered, drawn]) => {
      choices = offered;
      outlines = drawn;
      field("i").replaceChildren(...choices.themes.map((theme) => {
        const group = document.createElement("optgroup");
        group.label = theme[language];
        group.append(...choices.indicators.filter((each) => each.theme === theme.name).map((each) => new Option(label(each.title), each.name)));
        return group;
      }).filter((group) => group.children.length));
      window.addEventListener("hashchange", restore);
      return restore();
    })
    .catch(() => { said.textContent = words.failed; });
})();

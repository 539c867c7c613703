// Cells that run where they stand: Run, Stop, Change, Reset under each, in one namespace a page.
// Nothing of Python is loaded before somebody presses Run.
(() => {
  "use strict";
  const LIVE = new URL("../live/", document.currentScript.src);
  const KEY = "sourcebook-cells";
  const PAGE = location.pathname.split("/").slice(-2).join("/");
  const HELP = "Tab indents. Escape, then Tab leads out of the box. Ctrl and Enter runs.";
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const button = (label, act) => {
    const element = make("button", { type: "button", textContent: label });
    element.addEventListener("click", act);
    return element;
  };

  // ---- what a reader has changed stays in this browser, as answers do
  const stored = () => { try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; } };
  const keep = (name, change) => {
    const all = stored();
    if (change) all[name] = change; else delete all[name];
    try { localStorage.setItem(KEY, JSON.stringify(all)); } catch { /* it stays until the page is left */ }
  };

  // ---- Python: one worker for the page, one cell at a time
  // What runs: the cell that somebody asked for, and the one before it that it needs first.
  let worker, ready, running;
  function wake() {
    worker = new Worker(new URL("live-worker.js", LIVE), { type: "module" });
    ready = false;
    worker.addEventListener("message", ({ data: { kind, content } }) => {
      if (kind === "ready") { ready = true; running?.say(); }
      else if (kind === "broken") stop(`Python could not be loaded: ${content}`);
      else if (kind === "done") running?.end(content);
      else running?.cell.add(kind, content);
    });
    worker.addEventListener("error", () => stop("Python could not be loaded. Without a connection it runs only where it has run before."));
  }
  function stop(why) {
    worker?.terminate();
    worker = undefined;
    for (const cell of cells) cell.ran = undefined;
    const { asked, end } = running ?? {};
    running = undefined;
    end?.("stopped");
    asked?.tell(why);
  }
  const ended = (cell, asked) => new Promise((end) => {
    const say = () => asked.tell(!ready ? "Loading Python: some megabytes the first time, then they are kept …"
      : cell === asked ? "Running …" : `Running cell ${cell.number} first …`);
    running = { cell, asked, end, say };
    if (!worker) wake();
    cell.begin();
    say();
    worker.postMessage({ source: cell.source, name: `<cell ${cell.number}>` });
  });

  async function run(asked) {
    if (!location.protocol.startsWith("http")) {
      asked.tell("Python runs on a page from a web server; browsers do not let a page from a folder load it. Open the hosted copy, or run “python3 -m http.server” in the folder of the course and open http://localhost:8000.");
      return;
    }
    if (running) { asked.tell("Another cell is running. Stop it first, or wait."); return; }
    const start = performance.now();
    asked.busy(true);
    for (const cell of cells.slice(0, cells.indexOf(asked) + 1)) {
      if (cell !== asked && cell.ran === cell.source) continue;
      const { source } = cell;
      const done = await ended(cell, asked);
      if (done === "stopped") break;
      running = undefined;
      cell.ran = done ? source : undefined;
      // A check that was not answered yet holds up no later cell.
      if (cell !== asked && cell.advised) cell.clear();
      else if (cell !== asked && done) cell.tell("Ran, because a later cell needs it.");
      else if (cell !== asked) {
        cell.tell("Stopped by an error.");
        asked.tell(`Not run: cell ${cell.number}, which comes before, stopped with an error: ${cell.failed}`);
        break;
      } else {
        await Promise.all(cell.drawings);
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        if (done) cell.tell(`Done in ${seconds} s.`);
        else cell.tell(cell.advised ?? `Stopped by an error: ${cell.failed}`, { seen: false });
      }
    }
    asked.busy(false);
  }

  // ---- charts: drawn here, since a worker has no letters to measure
  let engine;
  const script = (name) => new Promise((done, fail) => {
    const element = make("script", { src: new URL(name, LIVE).href });
    element.addEventListener("load", done);
    element.addEventListener("error", () => fail(new Error(`${name} could not be loaded`)));
    document.head.append(element);
  });
  const load = () => engine ??= (async () => {
    await script("vega.min.js");
    await script("vega-lite.min.js");
    const [{ expressionInterpreter }] = await Promise.all([import(new URL("vega-interpreter.js", LIVE).href),
      ...["400", "700"].map((weight) => document.fonts.load(`${weight} 12px "Course Sans"`))]);
    return expressionInterpreter;
  })();
  let drawn = 0;
  async function draw({ spec, alt }) {
    const expr = await load();
    const { vega, vegaLite } = window;
    const view = new vega.View(vega.parse(vegaLite.compile(spec).spec, null, { ast: true }), { renderer: "none", expr });
    const text = await view.toSVG();
    view.finalize();
    const own = `live-${drawn += 1}-`;
    const svg = document.importNode(new DOMParser().parseFromString(
      text.replace(/(id="|url\(#|href="#)(?=(?:clip|gradient)\d)/g, `$1${own}`), "image/svg+xml").documentElement, true);
    svg.setAttribute("role", "graphics-document");
    svg.setAttribute("aria-label", alt);
    svg.style.setProperty("--chart-width", `${svg.getAttribute("width")}px`);
    for (const mark of svg.querySelectorAll('path[role="graphics-symbol"][aria-label]:not([aria-roledescription^="line"])')) {
      const title = document.createElementNS(svg.namespaceURI, "title");
      title.textContent = mark.getAttribute("aria-label");
      mark.append(title);
    }
    return svg;
  }
  function chartBox(chart) {
    const row = (cells, tag) => make("tr", {}, ...cells.map((text) => make(tag, { textContent: text })));
    const place = make("div", { className: "chart" }, make("p", { textContent: "Drawing …" }));
    const box = make("div", {}, place);
    if (chart.sources.length) box.append(make("p", { className: "chart-source", textContent: `Sources: ${chart.sources.join("; ")}.` }));
    box.append(make("details", { className: "chart-data" }, make("summary", { textContent: `The data: ${chart.title}` }),
      make("table", { className: "table chart-table" }, make("thead", {}, row(chart.header, "th")), make("tbody", {}, ...chart.cells.map((cells) => row(cells, "td"))))));
    const drawing = draw(chart).then((svg) => place.replaceChildren(svg),
      (error) => place.replaceChildren(make("p", { className: "live-error", textContent: `This chart cannot be drawn: ${error.message}` })));
    return { box, drawing };
  }

  // ---- the cells of the page
  class Cell {
    constructor(box, number) {
      this.box = box;
      this.number = number;
      this.given = box.querySelector("pre").textContent.replace(/\n+$/, "");
      this.name = `${PAGE} ${number}`;
      this.page = box.querySelector(".cell_input");
      this.shown = box.querySelector(".cell_output");
      this.said = make("span", { className: "live-said" });
      this.said.setAttribute("role", "status");
      this.output = make("div", { className: "live-output", hidden: true });
      this.output.setAttribute("role", "group");
      this.output.setAttribute("aria-label", `Your output of cell ${number}`);
      const label = (text) => make("span", { className: "visually-hidden", textContent: text });
      this.runs = button("Run", () => run(this));
      this.stops = button("Stop", () => stop("Stopped. What the cells had worked out is gone; they run again from the first when you press Run."));
      this.changes = button("Change", () => { this.open(); this.text.focus(); });
      this.resets = button("Reset", () => this.reset());
      for (const each of [this.runs, this.stops, this.changes, this.resets]) each.append(label(` cell ${number}`));
      this.stops.hidden = this.resets.hidden = true;
      this.bar = make("div", { className: "live-bar" }, this.runs, this.stops, this.changes, this.resets, this.said);
      this.page.after(this.bar, this.output);
      const change = stored()[this.name];
      if (change?.given === this.given) this.open(change.text);
      else if (box.classList.contains("tag_exercise")) this.open();
    }
    get source() { return this.text?.isConnected ? this.text.value : this.given; }

    open(text = this.given) {
      if (!this.text) {
        this.text = make("textarea", { className: "live-code", spellcheck: false, autocapitalize: "off", autocomplete: "off", wrap: "off", ariaLabel: `Code of cell ${this.number}` });
        const help = make("p", { className: "live-help", id: `live-help-${this.number}`, textContent: HELP });
        this.text.setAttribute("aria-describedby", help.id);
        this.editor = make("div", {}, this.text, help);
        this.text.addEventListener("keydown", (event) => this.key(event));
        this.text.addEventListener("input", () => this.changed());
      }
      this.text.value = text;
      this.page.hidden = true;
      this.bar.before(this.editor);
      this.changes.hidden = true;
      this.grow();
      this.resets.hidden = text === this.given && this.output.hidden;
    }
    grow() { this.text.rows = this.text.value.split("\n").length + 1; }
    changed() {
      this.grow();
      const other = this.text.value !== this.given;
      keep(this.name, other && { given: this.given, text: this.text.value });
      this.resets.hidden = !other && this.output.hidden;
    }
    key(event) {
      const leaves = this.leaves;
      this.leaves = event.key === "Escape" || (leaves && event.key === "Shift");
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(this); }
      if (event.key !== "Tab" || event.shiftKey || leaves) return;
      event.preventDefault();
      // The one way that a browser can undo; it is old and everywhere.
      if (!document.execCommand("insertText", false, "    ")) this.text.setRangeText("    ", this.text.selectionStart, this.text.selectionEnd, "end");
      this.changed();
    }
    reset() {
      if (running) { this.tell("A cell is running. Stop it first, or wait."); return; }
      keep(this.name);
      this.clear();
      this.ran = undefined;
      if (this.text) this.text.value = this.given;
      if (this.text && !this.box.classList.contains("tag_exercise")) {
        this.editor.remove();
        this.page.hidden = false;
        this.changes.hidden = false;
      }
      this.resets.hidden = true;
      this.tell("As it was.");
      this.runs.focus();
    }

    busy(is) {
      const focused = document.activeElement;
      this.stops.hidden = !is;
      this.runs.hidden = is;
      if (is && focused === this.runs) this.stops.focus();
      if (!is && focused === this.stops) this.runs.focus();
    }
    begin() {
      this.output.replaceChildren();
      this.drawings = [];
      this.failed = this.advised = undefined;
    }
    // What stands in the output, too, is only heard.
    tell(words, { seen = true } = {}) {
      this.said.classList.toggle("visually-hidden", !seen);
      this.said.textContent = words;
    }
    add(kind, content) {
      if (kind === "text") {
        if (this.output.lastChild?.tagName !== "PRE") this.output.append(make("pre", { tabIndex: 0 }));
        this.output.lastChild.append(content);
      } else if (kind === "advice") {
        this.advised = content;
        this.output.append(make("p", { className: "live-advice", textContent: content }));
      } else if (kind === "chart") {
        const { box, drawing } = chartBox(JSON.parse(content));
        this.output.append(box);
        this.drawings.push(drawing);
      } else {
        const { line, whole } = JSON.parse(content);
        this.failed = line;
        this.output.append(make("p", { className: "live-error", textContent: line }),
          make("details", {}, make("summary", { textContent: "The whole message" }), make("pre", { textContent: whole, tabIndex: 0 })));
      }
      this.show(true);
    }
    // In place of the output that the page came with.
    show(own) {
      this.output.hidden = !own;
      if (this.shown) this.shown.hidden = own;
      if (own) this.resets.hidden = false;
    }
    clear() {
      this.output.replaceChildren();
      this.show(false);
      this.tell("");
    }
  }
  const cells = [...document.querySelectorAll(".cell")].filter((box) => box.querySelector(".cell_input pre"))
    .map((box, n) => new Cell(box, n + 1));
})();

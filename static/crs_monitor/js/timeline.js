// The oncologist's timeline: fetched, drawn, and looked at more closely where somebody zooms in; when it cannot be drawn, it says so and opens the table.
import { draw, fill, look, name, onPick } from "./charts.js";
import { ask } from "./timeline/asking.js";
import { WardClock, instant, ms } from "./timeline/instants.js";
import { Keys } from "./timeline/keys.js";
import { Readout } from "./timeline/readout.js";
import { Samples } from "./timeline/samples.js";
import { fillTable } from "./timeline/twin.js";
import { Why } from "./timeline/why.js";

const REFRESH_MS = 60_000;
const SETTLED_MS = 250;
const DAY = 86_400_000;
const FOOT_PX = 12;
const LEAST_PX = 390;
// Closer than this share of a thinned course, more of it is worth fetching.
const CLOSER = 0.6;

const started = new Promise((resolve) => {
  if (document.readyState === "complete") resolve();
  else document.addEventListener("DOMContentLoaded", resolve, { once: true });
});

class Timeline {
  constructor(root) {
    const find = (name) => root.querySelector(`[data-${name}]`);
    this.root = root;
    this.find = find;
    this.here = root.dataset.here;
    this.stage = find("stage");
    this.chart = find("chart");
    this.canvas = null;
    this.asOf = find("as-of");
    this.failure = find("failure");
    this.twin = document.querySelector("[data-twin]");
    this.figure = null;
    this.etags = new Map();
    this.fresh = "";
    this.loading = null;
    this.view = null; // what somebody chose to see; null follows the course
    this.fine = null;
    this.mode = "day";
    this.since = root.dataset.since ?? null;
    this.dims = false;
    this.labs = new Map();
    this.readout = new Readout({ stage: this.stage, hair: find("hair"), panel: find("readout"), said: find("said") });
    this.samples = new Samples(find("samples"), this.here);
    this.why = new Why(find("why"), this.here);
  }

  begin() {
    this.fit();
    addEventListener("resize", () => this.fit());
    // What the system says of itself above may come and go.
    new ResizeObserver(() => this.fit()).observe(document.querySelector("main").previousElementSibling);
    this.load();
    setInterval(() => this.load(), REFRESH_MS);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.load();
    });
    document.addEventListener("themechange", () => this.redraw());
    this.twin.addEventListener("toggle", () => this.tell());
    this.tools();
    this.pointer();
    new Keys(
      {
        ArrowLeft: () => this.shift(-DAY),
        ArrowRight: () => this.shift(DAY),
        Home: () => this.see(null),
        Escape: () => this.why.close(),
        g: (event) => this.nextChange(event.shiftKey ? -1 : 1),
        w: () => this.explain(this.figure && this.readout.why()),
        l: () => this.find("labs").querySelector("summary").click(),
        e: () => location.assign(this.find("export").href),
      },
      this.find("letters"),
    );
  }

  tools() {
    for (const button of this.root.querySelectorAll("[data-axis]")) {
      button.addEventListener("click", () => this.count(button.dataset.axis));
    }
    for (const button of this.root.querySelectorAll("[data-span]")) {
      button.addEventListener("click", () => this.see(button.dataset.span ? Number(button.dataset.span) * DAY : null));
    }
    const dim = this.find("dim");
    dim.addEventListener("click", () => {
      this.dims = !this.dims;
      dim.setAttribute("aria-pressed", String(this.dims));
      this.redraw();
    });
    for (const menu of this.root.querySelectorAll("details.menu")) {
      menu.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
    document.addEventListener("click", (event) => {
      for (const menu of this.root.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    });
  }

  pointer() {
    let asked = null;
    this.chart.addEventListener("pointermove", (event) => {
      if (!this.figure || asked) return;
      asked = requestAnimationFrame(() => {
        asked = null;
        const { left, width, top, height } = this.readout.frame;
        const box = this.stage.getBoundingClientRect();
        const [x, y] = [event.clientX - box.left, event.clientY - box.top];
        if (x >= left && x <= left + width && y >= top && y <= top + height) this.readout.move(this.readout.timeAt(x));
      });
    });
    this.stage.addEventListener("pointerleave", () => this.figure && this.readout.move(null));
  }

  /** As high as the rest of the first screen; lower than this, nine lanes cannot be read. */
  fit() {
    const top = this.stage.getBoundingClientRect().top + scrollY;
    const height = `${Math.max(innerHeight - top - FOOT_PX, LEAST_PX)}px`;
    if (this.stage.style.height === height) return;
    this.stage.style.height = height;
    if (this.canvas) fill(this.canvas);
  }

  async load() {
    const fine = this.fine;
    if (this.loading?.fine === fine) return;
    this.loading?.stop.abort();
    const mine = { fine, stop: new AbortController() };
    this.loading = mine;
    const address = `${this.here}/timeline.json${fine ? `?${new URLSearchParams(fine)}` : ""}`;
    const etag = this.drawn === address ? this.etags.get(address) : null;
    try {
      const reply = await ask(address, { etag, signal: mine.stop.signal });
      if (reply.status !== 304) {
        if (!reply.ok) throw new Error(`the server answered ${reply.status}`);
        const figure = await reply.json();
        await started;
        await this.show(figure);
        this.drawn = address;
        this.etags.set(address, reply.headers.get("ETag"));
      }
      this.fresh = reply.headers.get("X-Ward-Clock") ?? this.fresh;
      this.asOf.textContent = `As of ${this.fresh}`;
      this.asOf.classList.remove("is-stale");
      this.failure.hidden = true;
    } catch (error) {
      if (!mine.stop.signal.aborted) this.fail(error);
    } finally {
      if (this.loading === mine) this.loading = null;
    }
  }

  async show(figure) {
    this.root.classList.remove("has-failed");
    this.failure.hidden = true;
    const isFirst = !this.canvas;
    if (isFirst) {
      this.canvas = document.createElement("div");
      this.chart.replaceChildren(this.canvas);
    }
    this.figure = figure;
    this.clock = new WardClock(figure.guide);
    this.offer(figure.guide.labs);
    this.find("labs").hidden = figure.guide.labs.length === 0;
    this.root.querySelector("[data-axis=hours]").disabled = !figure.guide.last_dose;
    await draw(this.canvas, this.composed());
    if (isFirst) this.listen();
    this.readout.show(figure, this.clock, this.canvas);
    this.samples.show(figure.guide);
    this.samples.place(this.readout);
    this.tell();
    this.root.dataset.sets = String(figure.guide.sets);
    this.root.dataset.drawn = String(Math.round(performance.now()));
  }

  /** The server's figure as this person has it: their part, their ticks, their laboratory values. */
  composed() {
    const { data, layout } = this.figure;
    const range = this.view ?? this.figure.guide.shown;
    const ticks = this.clock.ticks(this.mode, ms(range[1]) - ms(range[0]));
    const shown = data.map((trace) => (this.labs.has(trace.name) ? { ...trace, visible: this.labs.get(trace.name) } : trace));
    this.figure.data = shown;
    return {
      data: shown,
      layout: {
        ...layout,
        xaxis: { ...layout.xaxis, range, tickvals: ticks.vals, ticktext: ticks.text },
        shapes: this.dims ? [this.veil()] : [],
      },
    };
  }

  /** Lies over what this person has seen. */
  veil() {
    const [begin] = this.figure.guide.span;
    return { type: "rect", name: "veil", layer: "above", xref: "x", yref: "paper", x0: begin, x1: this.since, y0: 0, y1: 1, line: { width: 0 } };
  }

  listen() {
    onPick(this.canvas, (address) => {
      if (address.startsWith("why/")) this.explain(address);
      else location.assign(`/${address}`);
    });
    const follow = () => {
      this.readout.place();
      this.samples.place(this.readout);
    };
    this.canvas.on("plotly_relayouting", follow);
    this.canvas.on("plotly_afterplot", follow);
    this.canvas.on("plotly_doubleclick", () => this.see(null));
    this.canvas.on("plotly_relayout", (change) => {
      if (!("xaxis.range[0]" in change || "xaxis.range" in change)) return;
      this.view = this.canvas.layout.xaxis.range.map((edge) => instant(ms(edge)));
      clearTimeout(this.settling);
      this.settling = setTimeout(() => this.settle(), SETTLED_MS);
    });
  }

  /** After somebody moved: ticks that fit, and a closer reading where the course was thinned. */
  settle() {
    const inSight = ms(this.view[1]) - ms(this.view[0]);
    const ticks = this.clock.ticks(this.mode, inSight);
    if (ticks.text.length !== this.canvas.layout.xaxis.ticktext?.length) name(this.canvas, ticks);
    const { thinned, span } = this.figure.guide;
    const whole = ms(span[1]) - ms(span[0]);
    if (!thinned && !this.fine) return;
    if (inSight > CLOSER * whole) {
      if (this.fine) this.fine = null;
      else return;
    } else {
      const [begin, end] = this.view.map(ms);
      if (this.fine && begin >= ms(this.fine.from) && end <= ms(this.fine.to) && inSight * 4 > ms(this.fine.to) - ms(this.fine.from)) return;
      // Half a screen more on each side, so that a small step needs no answer.
      this.fine = { from: instant(begin - inSight / 2), to: instant(end + inSight / 2), width: Math.round(this.readout.frame.width * 2) };
    }
    this.load();
  }

  redraw() {
    // The night sheet may still be on its way; the next frame knows its colors.
    if (this.figure) requestAnimationFrame(() => draw(this.canvas, this.composed()).catch((error) => this.fail(error)));
  }

  /** Puts so many milliseconds in sight, the right edge where it is; null shows everything. */
  see(span) {
    if (!this.figure) return;
    const whole = this.figure.guide.span.map(ms);
    const end = Math.min(ms((this.view ?? this.figure.guide.shown)[1]), whole[1]);
    this.go(span === null ? whole : [Math.max(end - span, whole[0]), end]);
  }

  go(times) {
    const range = times.map(instant);
    return look(this.canvas, range, this.clock.ticks(this.mode, times[1] - times[0]));
  }

  shift(by) {
    if (this.figure) this.go((this.view ?? this.figure.guide.shown).map((edge) => ms(edge) + by));
  }

  count(mode) {
    this.mode = mode;
    for (const button of this.root.querySelectorAll("[data-axis]")) {
      button.setAttribute("aria-pressed", String(button.dataset.axis === mode));
    }
    if (!this.figure) return;
    const [begin, end] = (this.view ?? this.figure.guide.shown).map(ms);
    name(this.canvas, this.clock.ticks(mode, end - begin));
  }

  /** Moves the line to the next change of grade, and the view with it when it is out of sight. */
  nextChange(direction) {
    if (!this.figure) return;
    const changes = this.figure.guide.changes.map(ms);
    const from = this.readout.time ?? (direction > 0 ? -Infinity : Infinity);
    const next = direction > 0 ? changes.find((at) => at > from) : changes.findLast((at) => at < from);
    if (next === undefined) return;
    const [begin, end] = this.readout.inSight;
    if (next < begin || next > end) this.go([next - (end - begin) / 2, next + (end - begin) / 2]);
    this.readout.move(next, { aloud: true });
  }

  explain(address) {
    if (address) this.why.open(address);
  }

  /** Lists the laboratory values that there are, once. */
  offer(labs) {
    const body = this.find("labs").querySelector("fieldset");
    if (body.querySelectorAll("label").length === labs.length) return;
    body.querySelectorAll("label").forEach((label) => label.remove());
    for (const { name: words, sign, shown } of labs) {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = this.labs.get(words) ?? shown;
      box.addEventListener("change", () => {
        this.labs.set(words, box.checked);
        this.redraw();
        this.readout.write();
      });
      const label = document.createElement("label");
      label.className = "menu__choice";
      label.append(box, ` ${sign} ${words}`);
      body.append(label);
    }
  }

  fail(error) {
    console.error(error);
    const words = this.root.querySelector("[data-failure-words]");
    this.failure.hidden = false;
    if (this.figure) {
      words.textContent = `Not updated since ${this.fresh}. Newer values may exist; check the patient.`;
      this.asOf.textContent = `Stale: as of ${this.fresh}`;
      this.asOf.classList.add("is-stale");
      return;
    }
    this.root.classList.add("has-failed");
    const hasTable = !this.twin.hidden;
    words.textContent = hasTable
      ? "The chart could not be drawn. The recorded values are in the table below."
      : "The chart could not be loaded, and no values can be shown. This does not mean that nothing was recorded.";
    if (hasTable) this.twin.open = true;
  }

  /** Fills the table once somebody opens it: thousands of cells are no use while it is shut. */
  tell() {
    if (this.figure?.table && this.twin.open && this.told !== this.figure.table) fillTable(this.twin, this.figure.table);
    if (this.twin.open) this.told = this.figure?.table;
  }
}

const root = document.querySelector("[data-timeline]");
if (root) new Timeline(root).begin();

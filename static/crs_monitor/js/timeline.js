// Fetches the patient's figure and draws it; when it cannot, says so and opens the table instead of an empty chart.
import { draw, onPick, shift, showAll } from "./charts.js";

const REFRESH_MS = 60_000;
const FETCH_TIMEOUT_MS = 20_000;

class Timeline {
  constructor(root) {
    this.root = root;
    this.chart = root.querySelector("[data-chart]");
    this.canvas = null;
    this.asOf = root.querySelector("[data-as-of]");
    this.failure = root.querySelector("[data-failure]");
    this.twin = document.querySelector("[data-twin]");
    this.figure = null;
    this.etag = null;
    this.fresh = "";
    this.loading = false;
  }

  begin() {
    this.load();
    setInterval(() => this.load(), REFRESH_MS);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.load();
    });
    document.addEventListener("themechange", () => this.redraw());
    this.chart.addEventListener("keydown", (event) => this.steer(event));
  }

  async load() {
    if (this.loading) return;
    this.loading = true;
    try {
      const reply = await fetch(this.root.dataset.figureUrl, {
        headers: { Accept: "application/json", ...(this.etag && { "If-None-Match": this.etag }) },
        cache: "no-store",
        credentials: "same-origin",
        redirect: "error",
        signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
      });
      if (reply.status !== 304) {
        if (!reply.ok) throw new Error(`the server answered ${reply.status}`);
        const figure = await reply.json();
        await this.show(figure);
        this.etag = reply.headers.get("ETag");
      }
      this.fresh = reply.headers.get("X-Ward-Clock") ?? this.fresh;
      this.asOf.textContent = `As of ${this.fresh}`;
      this.asOf.classList.remove("is-stale");
    } catch (error) {
      this.fail(error);
    } finally {
      this.loading = false;
    }
  }

  async show(figure) {
    if (figure.table) this.fillTable(figure.table);
    this.root.classList.remove("has-failed");
    this.failure.hidden = true;
    if (!this.canvas) {
      this.canvas = document.createElement("div");
      this.chart.replaceChildren(this.canvas);
    }
    await draw(this.canvas, figure);
    if (!this.figure) onPick(this.canvas, (address) => location.assign(address));
    this.figure = figure;
  }

  redraw() {
    // The night sheet may still be on its way; the next frame knows its colors.
    if (this.figure) requestAnimationFrame(() => draw(this.canvas, this.figure).catch((error) => this.fail(error)));
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

  fillTable(table) {
    const cell = (tag, text) => {
      const element = document.createElement(tag);
      const missing = text === null || text === undefined || text === "";
      element.textContent = missing ? "–" : text;
      if (missing) element.className = "hatched";
      if (tag === "th") element.scope = "col";
      return element;
    };
    const rows = table.rows.map((row) => {
      const line = document.createElement("tr");
      line.append(...row.map((text) => cell("td", text)));
      return line;
    });
    this.twin.querySelector("[data-twin-head]").replaceChildren(...table.columns.map((text) => cell("th", text)));
    this.twin.querySelector("[data-twin-body]").replaceChildren(...rows);
    this.twin.hidden = false;
  }

  steer(event) {
    if (!this.figure || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowLeft") shift(this.canvas, -1);
    else if (event.key === "ArrowRight") shift(this.canvas, 1);
    else if (event.key === "Home") showAll(this.canvas);
    else return;
    event.preventDefault();
  }
}

const root = document.querySelector("[data-timeline]");
if (root) new Timeline(root).begin();

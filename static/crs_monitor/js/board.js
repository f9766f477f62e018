// Keeps the ward board true: polls, redraws only what changed, and says so when it can no longer know.
import { drawTile } from "./bed_tile.js";
import { showAlerting } from "./alerting.js";
import { el, icon } from "./dom.js";

const STALE_AFTER_MS = 30_000;
const POLL_TIMEOUT_MS = 8_000;

function show(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

// A minute that passed is no news; only this earns a glance.
function newsIn({ grade, icans, vitals, alerts }) {
  return JSON.stringify([grade, icans, vitals, alerts.map(({ code, state, owner }) => [code, state, owner])]);
}

class Board {
  constructor(root) {
    this.root = root;
    this.list = root.querySelector("[data-tiles]");
    this.empty = root.querySelector("[data-empty]");
    this.stale = root.querySelector("[data-stale]");
    this.tablets = root.querySelector("[data-tablets]");
    this.clock = root.querySelector("[data-clock-words]");
    this.refreshMs = Math.max(2, Number(root.dataset.refreshSeconds) || 10) * 1000;
    this.drawn = new Map(); // tile id -> { text, element }
    this.etag = null;
    this.polling = false;
    this.lastGoodAt = null; // performance.now: the tablet's wall clock may be set while we watch
    this.lastGoodLabel = "";
  }

  begin(payload) {
    this.accept(payload, payload.generated_label);
    setInterval(() => this.checkAge(), 1000);
    setInterval(() => this.poll(), this.refreshMs);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.poll();
    });
    // A page brought back from the cache is as old as it looks fresh.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.lastGoodAt = null;
      this.checkAge();
      this.poll();
    });
    window.addEventListener("offline", () => this.checkAge());
    window.addEventListener("online", () => this.poll());
  }

  async poll() {
    if (this.polling) return;
    this.polling = true;
    try {
      const headers = { Accept: "application/json" };
      if (this.etag) headers["If-None-Match"] = this.etag;
      const reply = await fetch(this.root.dataset.tilesUrl, {
        headers,
        cache: "no-store",
        credentials: "same-origin",
        redirect: "error", // a redirect is the sign-in page, and no news of the ward
        signal: AbortSignal.timeout(POLL_TIMEOUT_MS),
      });
      if (reply.status === 304) {
        this.good(reply.headers.get("X-Ward-Clock"));
      } else if (reply.ok) {
        const payload = await reply.json();
        this.accept(payload, payload.generated_label);
        this.etag = reply.headers.get("ETag");
      }
    } catch {
      // No news is not good news: checkAge turns the board gray when the silence lasts.
    } finally {
      this.polling = false;
      this.checkAge();
    }
  }

  accept(payload, at) {
    this.draw(payload.tiles);
    this.showCounts(payload.tiles);
    this.showTablets(payload.tablets);
    showAlerting(payload.alerting.message);
    this.good(at);
  }

  good(wardClock) {
    this.lastGoodAt = performance.now();
    this.lastGoodLabel = wardClock ?? this.lastGoodLabel; // the ward's time, never the tablet's
    this.checkAge();
  }

  checkAge() {
    const age = this.lastGoodAt === null ? Infinity : performance.now() - this.lastGoodAt;
    const isStale = age >= STALE_AFTER_MS;
    this.root.classList.toggle("is-stale", isStale);
    this.stale.hidden = !isStale;
    show(this.clock, isStale ? `Stale: last updated ${this.lastGoodLabel}` : `Updated ${this.lastGoodLabel}`);
    // The sentence does not count seconds: a screen reader would read every one of them.
    if (isStale) show(this.stale, `Stale. Nothing new since ${this.lastGoodLabel}. Do not rely on this board; check the patients.`);
  }

  draw(tiles) {
    const wanted = new Set(tiles.map((tile) => String(tile.id)));
    for (const [id, old] of this.drawn) {
      if (wanted.has(id)) continue;
      old.element.remove();
      this.drawn.delete(id);
    }
    tiles.forEach((tile, index) => {
      const id = String(tile.id);
      const text = JSON.stringify(tile);
      let known = this.drawn.get(id);
      if (!known || known.text !== text) {
        const element = drawTile(tile);
        if (known) {
          const hadFocus = known.element.contains(document.activeElement);
          known.element.replaceWith(element);
          if (known.news !== newsIn(tile)) element.classList.add("is-new");
          if (hadFocus) element.querySelector("a")?.focus();
        }
        known = { text, element, news: newsIn(tile) };
        this.drawn.set(id, known);
      }
      if (this.list.children[index] !== known.element) {
        this.list.insertBefore(known.element, this.list.children[index] ?? null);
      }
    });
    this.empty.hidden = tiles.length > 0;
  }

  // A tablet that holds sets, or fell silent: its patients may be worse than they look here.
  showTablets(sentences) {
    this.tablets.hidden = sentences.length === 0;
    if (this.tablets.textContent === sentences.join("")) return;
    this.tablets.replaceChildren(...sentences.map((words) => el("li", "notice notice--caution", icon("warning"), el("span", "", words))));
  }

  showCounts(tiles) {
    const open = tiles.flatMap((tile) => tile.alerts).filter((alert) => alert.state === "open").length;
    const overdue = tiles.filter((tile) => ["overdue", "missed"].includes(tile.due.state)).length;
    this.count("patients", tiles.length, null);
    this.count("open_alerts", open, "count--alarm");
    this.count("overdue", overdue, "count--caution");
  }

  count(name, value, warning) {
    const element = this.root.querySelector(`[data-count="${name}"]`);
    show(element, String(value));
    if (warning) element.closest(".count").classList.toggle(warning, value > 0);
  }
}

const root = document.querySelector("[data-board]");
if (root) new Board(root).begin(JSON.parse(document.getElementById("board-data").textContent));

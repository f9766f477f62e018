// Keeps the ward board true: polls, redraws only what changed, and says so when it can no longer know.
import { showAlerting } from "./alerting.js";
import { Card } from "./board/card.js";
import { filters } from "./board/filters.js";
import { head } from "./board/head.js";
import { Plan } from "./board/plan.js";
import { serverClock } from "./board/server_clock.js";
import { drawBroken, drawTile } from "./board/tile.js";
import { el, icon } from "./dom.js";

const STALE_AFTER_MS = 30_000;
const POLL_TIMEOUT_MS = 8_000;

function show(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function said(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

// Only this earns a glance.
function newsIn({ grade, icans, vitals, alerts }) {
  return JSON.stringify([grade, icans, vitals, alerts.map(({ code, state, owner }) => [code, state, owner])]);
}

class Board {
  constructor(root) {
    this.root = root;
    const find = (name) => root.querySelector(`[data-${name}]`);
    this.list = find("tiles");
    this.empty = find("empty");
    this.stale = find("stale");
    this.tablets = find("tablets");
    this.shownOf = find("shown-of");
    this.words = find("clock-words");
    this.refreshMs = Math.max(2, Number(root.dataset.refreshSeconds) || 10) * 1000;
    this.drawn = new Map(); // tile id -> { text, tile, element, button, tick, news }
    this.payload = null;
    this.etag = null;
    this.polling = false;
    this.rulesRanAt = Number(root.dataset.rulesRan) || null;
    this.label = ""; // the ward's time, never the tablet's
    this.clock = serverClock();
    this.head = head(root);
    this.filters = filters(root, () => this.arrange());
    const done = () => {
      this.arrange();
      this.poll();
    };
    this.plan = new Plan(root, { done });
    this.card = new Card(root, { nurses: said("board-nurses"), may: said("board-may"), done, clock: this.clock });
    this.list.addEventListener("click", (event) => this.onClick(event));
  }

  begin(payload) {
    this.accept(payload);
    setInterval(() => this.tick(), 1000);
    setInterval(() => this.poll(), this.refreshMs);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.poll();
    });
    // A page brought back from the cache is as old as it looks fresh.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.clock.forget();
      this.checkAge();
      this.poll();
    });
    window.addEventListener("offline", () => this.checkAge());
    window.addEventListener("online", () => this.poll());
  }

  async poll() {
    if (this.polling) return;
    this.polling = true;
    const { moves } = this.plan;
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
      if (reply.ok || reply.status === 304) {
        this.rulesRanAt = Number(reply.headers.get("X-Rules-Ran")) || null;
        if (reply.ok) {
          const payload = await reply.json();
          if (moves === this.plan.moves) {
            this.accept(payload);
            this.etag = reply.headers.get("ETag");
          }
        }
        this.heard(Number(reply.headers.get("X-Server-Time")), reply.headers.get("X-Ward-Clock"));
      }
    } catch {
      // No news is not good news: checkAge turns the board gray when the silence lasts.
    } finally {
      this.polling = false;
      this.checkAge();
    }
  }

  accept(payload) {
    this.payload = payload;
    this.heard(payload.generated_at, payload.generated_label);
    this.draw(payload.tiles);
    this.arrange();
    this.head.show(payload);
    this.showTablets(payload.tablets);
    showAlerting(payload.alerting.message);
    this.card.follow(payload.tiles);
    this.tick();
  }

  heard(seconds, label) {
    this.clock.heard(seconds);
    this.label = label ?? this.label;
    this.checkAge();
  }

  tick() {
    const now = this.clock.now();
    for (const { tick } of this.drawn.values()) tick(now);
    this.filters.count(this.payload.tiles, now);
    this.head.tick(this.payload.tiles, now, this.rulesRanAt);
    this.checkAge();
  }

  checkAge() {
    const isStale = this.clock.silentMs() >= STALE_AFTER_MS;
    this.root.classList.toggle("is-stale", isStale);
    this.stale.hidden = !isStale;
    show(this.words, isStale ? `Stale: last updated ${this.label}` : `Updated ${this.label}`);
    // The sentence does not count seconds: a screen reader would read every one of them.
    if (isStale) show(this.stale, `Stale. Nothing new since ${this.label}. Do not rely on this board; check the patients.`);
  }

  draw(tiles) {
    const wanted = new Set(tiles.map((tile) => tile.id));
    for (const [id, old] of this.drawn) {
      if (wanted.has(id)) continue;
      old.element.remove();
      this.drawn.delete(id);
    }
    for (const tile of tiles) {
      const text = JSON.stringify(tile);
      const known = this.drawn.get(tile.id);
      if (known?.text === text) continue;
      const news = newsIn(tile);
      const next = { text, tile, news, ...this.drawOne(tile) };
      if (known) {
        const hadFocus = known.element.contains(document.activeElement);
        known.element.replaceWith(next.element);
        if (known.news !== news) next.element.classList.add("is-new");
        if (hadFocus) next.button.focus();
      }
      this.drawn.set(tile.id, next);
    }
  }

  drawOne(tile) {
    try {
      return drawTile(tile);
    } catch (error) {
      console.error(error);
      return drawBroken(tile);
    }
  }

  // Puts the elements into their order: that of the plan in the map, that of urgency in the list.
  arrange() {
    const { tiles, beds } = this.payload;
    const now = this.clock.now();
    const known = tiles.map((tile) => this.drawn.get(tile.id));
    const isMap = this.filters.view() === "map";
    let left = 0;
    for (const each of known) {
      const isLeft = this.filters.shows(each.tile, now);
      each.element.classList.toggle("is-filtered-out", !isLeft);
      left += isLeft;
    }
    const elements = isMap ? this.plan.elements(beds, known) : known.map((each) => each.element);
    elements.forEach((element, index) => {
      if (this.list.children[index] !== element) this.list.insertBefore(element, this.list.children[index] ?? null);
    });
    while (this.list.children.length > elements.length) this.list.lastElementChild.remove();
    this.plan.refocus();
    this.empty.hidden = elements.length > 0;
    show(this.shownOf, this.filters.isActive() ? `${left} of ${tiles.length} patients shown` : `${tiles.length} patients`);
  }

  onClick(event) {
    const place = event.target.closest?.(".bed-place");
    const tile = place && this.drawn.get(Number(place.dataset.tile))?.tile;
    if (!tile || this.plan.isArranging || event.target.closest("a")) return;
    this.card.open(tile);
  }

  // A tablet that holds sets, or fell silent: its patients may be worse than they look here.
  showTablets(sentences) {
    this.tablets.hidden = sentences.length === 0;
    if (this.tablets.textContent === sentences.join("")) return;
    this.tablets.replaceChildren(...sentences.map((words) => el("li", "notice notice--caution", icon("warning"), el("span", "", words))));
  }
}

const root = document.querySelector("[data-board]");
if (root) {
  new Board(root).begin(said("board-data"));
  performance.mark("board-drawn");
}

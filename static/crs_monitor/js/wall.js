// The wall display: polls, redraws only what changed, and covers itself when it can no longer know.
import { dueOf, isLate, unanswered } from "./board/words.js";
import { gravestFirst } from "./board/tile.js";
import { serverClock } from "./board/server_clock.js";
import { el, gradeBadge, icon } from "./dom.js";

const STALE_AFTER_MS = 60_000;
const POLL_TIMEOUT_MS = 8_000;
const AFTER_FAILURE_MS = 15_000;
const SHIFT_EVERY_MS = 60_000;
const SHIFTS = [[0, 0], [4, -2], [6, 2], [2, 5], [-3, 4], [-6, 1], [-4, -4], [1, -5]];
// More cannot be read from 4 m: the most urgent stand there, and the others are counted.
const MOST_BEDS = 48;
const COLUMNS_WHEN_CUT = 8;
const NEVER_CHECKED = { shape: "unknown", token: "grade-unknown", short: "?", label: "never checked" };

function show(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

// Short enough to be large: “57 min”, “3.9 h”, “4 d”; never rounded up.
function span(seconds) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  if (minutes < 100) return `${minutes} min`;
  if (minutes < 1440) return `${(Math.floor(minutes / 6) / 10).toFixed(1)} h`;
  return `${Math.floor(minutes / 1440)} d`;
}

function dueWords(tile, now) {
  const { state, words } = dueOf(tile, now);
  const left = span(now - tile.due.at);
  const short = { ok: `in ${left}`, due_soon: `in ${left}`, due: "due now", overdue: `${left} late`, missed: `${left} late` };
  if (tile.due.at === null) return { state, words: "no set" };
  if (tile.due.elsewhere !== null) return { state, words: "not here" };
  if (tile.due.paused_until !== null) return { state, words: state === "overdue" ? "not back" : "off ward" };
  if (tile.due.asleep_until !== null) return { state, words: "asleep" };
  return { state, words: short[state] ?? words };
}

function alertOf(tile) {
  const place = el("span", "wall-bed__alert");
  const [first, ...rest] = gravestFirst(tile.alerts);
  if (!first) return { place, tick() {} };
  const isOpen = first.state === "open";
  const since = el("span", "");
  const who = isOpen ? el("span", "wall-bed__nobody", "open") : el("span", "wall-bed__seen", "seen");
  place.append(el("span", `severity severity--${first.severity}${isOpen ? "" : " severity--seen"}`, first.severity), since, who);
  if (rest.length) place.append(el("span", "wall-bed__seen", `+${rest.length}`));
  return { place, tick: (now) => show(since, span(Math.max(0, now - first.raised_at))) };
}

function draw(tile) {
  const due = el("span", "wall-bed__due");
  const alert = alertOf(tile);
  const trend = el("span", `wall-bed__trend wall-bed__trend--${tile.trend}`, icon(tile.trend));
  const inside = el(
    "div",
    "wall-bed__in",
    el("b", "wall-bed__bed", tile.bed || "–"),
    trend,
    el("span", "wall-bed__icans", gradeBadge(tile.icans ?? NEVER_CHECKED, { scale: "ICANS", size: "tiny" })),
    el("span", "wall-bed__grade", gradeBadge(tile.grade, { scale: "CRS" })),
    el("span", "wall-bed__line", due, el("span", "wall-bed__chip", tile.chip)),
    alert.place,
  );
  const isAlarm = unanswered(tile).some(({ severity }) => severity === "P1");
  const element = el("li", isAlarm ? "wall-bed wall-bed--alarm" : "wall-bed", inside);
  return {
    element,
    tick(now) {
      const { state, words } = dueWords(tile, now);
      show(due, words);
      if (element.dataset.due !== state) element.dataset.due = state;
      alert.tick(now);
    },
  };
}

class Wall {
  constructor(root) {
    this.root = root;
    const find = (name) => document.querySelector(`[data-${name}]`);
    this.places = { beds: find("beds"), stale: find("stale"), since: find("stale-words"), clock: find("clock") };
    Object.assign(this.places, { counts: find("counts"), alerting: find("alerting"), shownOf: find("shown-of") });
    this.night = document.querySelector("link[data-night]");
    this.refreshMs = Math.max(2, Number(root.dataset.refreshSeconds) || 5) * 1000;
    this.clock = serverClock();
    this.drawn = new Map(); // bed id or place in the row -> { text, element, tick }
    this.etag = null;
    this.label = "";
    this.shifts = 0;
  }

  begin(payload) {
    this.accept(payload);
    setInterval(() => this.tick(), 1000);
    setInterval(() => this.shift(), SHIFT_EVERY_MS);
    setTimeout(() => this.poll(), this.refreshMs);
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  async poll() {
    let wait = AFTER_FAILURE_MS;
    try {
      const headers = { Accept: "application/json" };
      if (this.etag) headers["If-None-Match"] = this.etag;
      const reply = await fetch(this.root.dataset.url, {
        headers,
        cache: "no-store",
        credentials: "same-origin",
        redirect: "error", // a redirect is the sign-in page, and no news of the ward
        signal: AbortSignal.timeout(POLL_TIMEOUT_MS),
      });
      if (reply.ok || reply.status === 304) {
        if (reply.ok) {
          this.accept(await reply.json());
          this.etag = reply.headers.get("ETag");
        }
        this.heard(Number(reply.headers.get("X-Server-Time")), reply.headers.get("X-Ward-Clock"));
        wait = this.refreshMs;
      }
    } catch {
      // No news is not good news: the wall covers itself when the silence lasts.
    }
    this.tick();
    setTimeout(() => this.poll(), wait);
  }

  accept(payload) {
    this.payload = payload;
    this.heard(payload.generated_at, payload.generated_label);
    this.root.classList.toggle("is-night", payload.is_night);
    this.night.media = payload.is_night ? "all" : "not all";
    show(this.places.alerting, payload.alerting.message);
    this.places.alerting.hidden = !payload.alerting.message;
    this.drawAll();
    this.tick();
  }

  heard(seconds, label) {
    this.clock.heard(seconds);
    this.label = label ?? this.label;
  }

  tick() {
    const now = this.clock.now();
    for (const { tick } of this.drawn.values()) tick?.(now);
    show(this.places.clock, this.label.slice(0, 5));
    this.count(now);
    const isStale = this.clock.silentMs() > STALE_AFTER_MS;
    this.places.stale.hidden = !isStale;
    if (isStale) show(this.places.since, `Nothing new since ${this.label}. Look at the patients.`);
  }

  count(now) {
    const { tiles } = this.payload;
    const open = tiles.flatMap(unanswered);
    const counts = ["P1", "P2"].map((severity) => [severity, open.filter((alert) => alert.severity === severity).length]);
    counts.push(["late", tiles.filter((tile) => isLate(tile, now)).length]);
    const key = counts.join();
    if (this.places.counts.dataset.drawn === key) return;
    this.places.counts.dataset.drawn = key;
    const part = ([name, count]) => {
      const label = name === "late" ? el("span", "", "late") : el("span", count ? `severity severity--${name}` : "severity severity--P4", name);
      return el("li", count ? "wall__count wall__count--some" : "wall__count", label, el("b", "", String(count)));
    };
    this.places.counts.replaceChildren(...counts.map(part));
  }

  drawAll() {
    const { tiles, beds } = this.payload;
    const isCut = Math.max(beds.length, tiles.length) > MOST_BEDS;
    const rows = isCut ? tiles.slice(0, MOST_BEDS).map((tile) => ({ tile })) : this.byPlan(tiles, beds);
    const wanted = new Set();
    const elements = rows.map((row, at) => {
      const key = row.bed?.id ?? `at-${at}`;
      wanted.add(key);
      return this.one(key, row, isCut ? { row: Math.floor(at / COLUMNS_WHEN_CUT), column: at % COLUMNS_WHEN_CUT } : row);
    });
    for (const key of this.drawn.keys()) if (!wanted.has(key)) this.drawn.delete(key);
    const list = this.places.beds;
    elements.forEach((element, at) => list.children[at] !== element && list.insertBefore(element, list.children[at] ?? null));
    while (list.children.length > elements.length) list.lastElementChild.remove();
    const extent = (name) => Math.max(1, ...rows.map((row, at) => (isCut ? (name === "row" ? Math.floor(at / COLUMNS_WHEN_CUT) : at % COLUMNS_WHEN_CUT) : row[name]) + 1));
    list.style.setProperty("--rows", extent("row"));
    list.style.setProperty("--columns", extent("column"));
    show(this.places.shownOf, isCut ? `The ${MOST_BEDS} most urgent of ${tiles.length} patients` : "");
  }

  // Every bed where it stands; patients without a bed in rows below.
  byPlan(tiles, beds) {
    const columns = Math.max(1, ...beds.map((bed) => bed.column + 1));
    const below = Math.max(0, ...beds.map((bed) => bed.row + 1));
    const byBed = new Map(tiles.map((tile) => [tile.bed_id, tile]));
    const known = new Set(beds.map((bed) => bed.id));
    const others = tiles.filter((tile) => !known.has(tile.bed_id));
    return [
      ...beds.map((bed) => ({ bed, tile: byBed.get(bed.id), row: bed.row, column: bed.column })),
      ...others.map((tile, at) => ({ tile, row: below + Math.floor(at / columns), column: at % columns })),
    ];
  }

  one(key, { bed, tile }, { row, column }) {
    const text = JSON.stringify(tile ?? bed.label);
    let known = this.drawn.get(key);
    if (known?.text !== text) {
      const next = tile ? draw(tile) : { element: el("li", "wall-bed wall-bed--empty", el("div", "wall-bed__in", el("span", "wall-bed__bed", bed.label))) };
      known?.element.replaceWith(next.element);
      known = { text, ...next };
      this.drawn.set(key, known);
    }
    known.element.style.gridArea = `${row + 1} / ${column + 1}`;
    return known.element;
  }

  // No pixel shows the same edge for days.
  shift() {
    const [x, y] = SHIFTS[(this.shifts += 1) % SHIFTS.length];
    this.root.style.transform = `translate(${x}px, ${y}px)`;
  }
}

const root = document.querySelector("[data-wall]");
if (root) new Wall(root).begin(JSON.parse(document.getElementById("wall-data").textContent));

// One line through all lanes, and beside each lane what was known at that time and how old it was.
import { el } from "../dom.js";
import { age, ms } from "./instants.js";

const NEAR_PX = 3;
const ROW_PX = 14;
// What a clinician said stands over what was computed.
const GRADE_ROWS = ["Clinician", "CRS", "ICANS"];

/** The last index whose time is not after `time`; -1 when all are. */
function lastBefore(times, time) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function number(value) {
  return Number.isInteger(value) ? String(value) : String(Number(value.toFixed(2)));
}

/** A trace of points as the readout needs it: times in order, each with its words. */
function pointsOf(trace) {
  const times = [];
  const said = [];
  const { name, unit, symbol, since } = trace.meta.read;
  const text = trace.text;
  for (let n = 0; n < trace.x.length; n += 1) {
    const value = trace.y[n];
    if (value === null) continue;
    const words = name || !text ? `${name} ${number(value)}` : text[n].split("<br>").pop();
    if (since && n > 0 && trace.y[n - 1] !== null && words === said.at(-1)) continue;
    times.push(ms(trace.x[n]));
    said.push(words);
  }
  const isVital = !text && !since;
  return { lane: trace.meta.read.lane, symbol, unit, times, said, trace, isVital };
}

function spansOf(trace, lane, rows) {
  return trace.base.map((base, n) => {
    const begin = ms(base);
    return {
      lane,
      trace: trace.name,
      begin,
      end: begin + trace.x[n],
      label: trace.text[n],
      said: trace.meta.said[n],
      row: rows.get(trace.y[n]) ?? "",
      why: trace.customdata[n],
    };
  });
}

export class Readout {
  constructor({ stage, hair, panel, said }) {
    this.stage = stage;
    this.hair = hair;
    this.panel = panel;
    this.said = said;
    this.time = null;
    this.blocks = new Map();
  }

  /** Takes the figure that is on the screen, and the clock of its ward. */
  show(figure, clock, canvas) {
    this.clock = clock;
    this.canvas = canvas;
    this.guide = figure.guide;
    this.end = ms(figure.guide.span[1]);
    this.points = figure.data.filter((trace) => trace.meta?.read).map(pointsOf);
    this.spans = figure.data
      .filter((trace) => trace.meta?.said?.some(Boolean))
      .flatMap((trace) => {
        const own = figure.layout[trace.yaxis.replace("y", "yaxis")];
        const rows = new Map((own?.tickvals ?? []).map((at, n) => [at, own.ticktext?.[n]]));
        return spansOf(trace, figure.guide.axes[trace.yaxis], rows);
      });
    this.build();
    this.place();
    this.write();
  }

  build() {
    this.panel.replaceChildren();
    this.when = el("p", "readout__when");
    this.panel.append(this.when);
    this.blocks.clear();
    for (const lane of Object.keys(this.guide.lanes)) {
      const block = el("div", "readout__lane");
      block.dataset.lane = lane;
      this.blocks.set(lane, block);
      this.panel.append(block);
    }
  }

  /** Where the plot lies in the stage, in pixels. */
  get frame() {
    const { l, t, w, h } = this.canvas._fullLayout._size;
    return { left: l, top: t, width: w, height: h };
  }

  get inSight() {
    return this.canvas._fullLayout.xaxis.range.map(ms);
  }

  timeAt(pixel) {
    const [begin, end] = this.inSight;
    const { left, width } = this.frame;
    return begin + ((pixel - left) / width) * (end - begin);
  }

  pixelOf(time) {
    const [begin, end] = this.inSight;
    const { left, width } = this.frame;
    return left + ((time - begin) / (end - begin)) * width;
  }

  place() {
    const { top, height } = this.frame;
    for (const [lane, block] of this.blocks) {
      const [high, low] = this.guide.lanes[lane];
      block.style.top = `${top + (1 - high) * height}px`;
      block.style.height = `${(high - low) * height}px`;
    }
    this.hair.style.top = `${top}px`;
    this.hair.style.height = `${height}px`;
    this.line();
  }

  line() {
    const { left, width } = this.frame;
    const at = this.time === null ? null : this.pixelOf(this.time);
    this.hair.hidden = at === null || at < left - NEAR_PX || at > left + width + NEAR_PX;
    if (!this.hair.hidden) this.hair.style.transform = `translateX(${at}px)`;
  }

  /** Puts the line at a time; null takes it away, and the newest values are read. */
  move(time, { aloud = false } = {}) {
    this.time = time === null ? null : Math.min(Math.max(time, ms(this.guide.span[0])), this.end);
    this.line();
    this.write();
    if (aloud) this.said.textContent = this.panel.innerText.replace(/\s+/g, " ");
  }

  write() {
    const time = this.time ?? this.end;
    this.when.textContent = this.time === null ? "Newest" : this.clock.words(time);
    for (const [lane, block] of this.blocks) block.replaceChildren(...this.rows(lane, time));
  }

  rows(lane, time) {
    const rows = [];
    const { thinned } = this.guide;
    for (const each of this.points) {
      if (each.lane !== lane || each.trace.visible === false) continue;
      const found = lastBefore(each.times, time);
      if (found < 0) continue;
      rows.push(row(`${each.symbol} ${each.said[found]}`.trim(), each.unit, time - each.times[found], { isOldest: thinned && each.isVital }));
    }
    for (const span of this.at(lane, time)) {
      const label = span.trace === "Missed" ? span.said : span.label;
      const name = lane === "grade" ? `${span.row} ${label}` : label || span.said.split(",")[0];
      rows.push(row(name, "", time - span.begin, { title: span.said }));
    }
    return this.fitting(lane, rows);
  }

  /** As many rows as a lane is high; how many more there are is said. */
  fitting(lane, rows) {
    const [high, low] = this.guide.lanes[lane];
    const most = Math.max(Math.floor(((high - low) * this.frame.height + 4) / ROW_PX), 1);
    if (rows.length <= most) return rows;
    const more = rows.length - most + 1;
    return [...rows.slice(0, most - 1), el("p", "readout__row", el("span", "readout__age", `and ${more} more`))];
  }

  /** The bars of a lane that stand at a time. */
  at(lane, time) {
    const found = this.spans.filter((span) => span.lane === lane && span.begin <= time && (time < span.end || span.end === this.end) && span.said);
    if (lane === "events") return found.sort((a, b) => (a.label || "P9").localeCompare(b.label || "P9"));
    return lane === "grade" ? found.sort((a, b) => GRADE_ROWS.indexOf(a.row) - GRADE_ROWS.indexOf(b.row)) : found;
  }

  /** The address of the reasons for the CRS grade that stands where the line is. */
  why() {
    const time = this.time ?? this.end;
    const found = this.at("grade", time).filter((span) => span.why.startsWith("why/"));
    return (found.findLast((span) => span.row === "CRS") ?? found.at(-1))?.why ?? null;
  }
}

// Of a thinned course not every set is here: a value may be newer than the newest that came.
function row(words, unit, old, { title = "", isOldest = false } = {}) {
  const since = isOldest ? `≤ ${age(old)}` : age(old);
  const line = el("p", "readout__row", el("span", "readout__value", words, unit && el("small", "", ` ${unit}`)), el("span", "readout__age", since));
  if (title) line.title = title;
  return line;
}

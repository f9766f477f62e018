// Draws one bed: the same element is a tile of the map and a row of the list, laid out by CSS.
import { el, gradeBadge, icon, svg } from "../dom.js";
import { TRENDS, age, dueOf, initials, isAlarm, setAge } from "./words.js";

// So many letters of flags stand on a tile of the map; the others are counted there.
const LETTERS_ON_A_TILE = 14;
const NEVER_CHECKED = { shape: "unknown", token: "grade-unknown", short: "?", label: "never checked" };
// Said by the place for the nurse's initials already.
const NOT_A_FLAG = "unassigned";

function show(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function hidden(words) {
  return el("span", "visually-hidden", words);
}

function head(tile) {
  const trend = el("span", `bed__trend bed__trend--${tile.trend}`, icon(tile.trend), hidden(TRENDS[tile.trend]));
  trend.title = `${TRENDS[tile.trend]} over 6 h`;
  const icans = el("span", "bed__icans", gradeBadge(tile.icans ?? NEVER_CHECKED, { scale: "ICANS", size: "tiny" }));
  return [
    el("span", "bed__number", hidden("Bed "), tile.bed || "–"),
    el("span", "bed__code", tile.code),
    trend,
    icans,
    el("span", "bed__grade", gradeBadge(tile.grade, { scale: "CRS", size: "board" })),
  ];
}

function flags(tile) {
  const shown = tile.flags.filter((flag) => flag.code !== NOT_A_FLAG);
  let letters = 0;
  const rest = [];
  const parts = shown.map((flag) => {
    letters += flag.short.length;
    const fits = letters <= LETTERS_ON_A_TILE && !rest.length;
    if (!fits) rest.push(flag.words);
    const part = el("span", `flag flag--${flag.level}${fits ? "" : " flag--rest"}`, flag.short);
    part.title = flag.words;
    return part;
  });
  if (rest.length) {
    const more = el("span", "flag flag--more", `+${rest.length}`);
    more.title = rest.join(", ");
    parts.push(more);
  }
  return el("span", "bed__flags", ...parts);
}

function nurse(tile) {
  const names = tile.nurses.map((each) => each.name).join(", ");
  const place = el("span", names ? "bed__nurse" : "bed__nurse bed__nurse--none", names ? tile.nurses[0].initials : "nurse?");
  place.title = names ? `Nurse: ${names}` : "No nurse is assigned";
  place.prepend(hidden("Nurse: "));
  return place;
}

function vitals({ vitals: { temperature, hr, bp, rr, spo2, oxygen } }) {
  const value = (label, text) =>
    el("span", text === null ? "small-vital hatched" : "small-vital", el("span", "small-vital__label", label), text ?? "–");
  return el("span", "bed__vitals", value("T", temperature), value("HR", hr), value("BP", bp), value("RR", rr), value("SpO₂", spo2), value("O₂", oxygen));
}

// Of equal severity what nobody has answered comes first, then what has waited longest.
export function gravestFirst(alerts) {
  const key = ({ severity, state, raised_at: at }) => `${severity}${state === "open" ? 0 : 1}${at}`;
  return [...alerts].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

// The gravest alert with its age and who has it; what changes with the clock is given back.
function alerts(tile) {
  const place = el("span", "bed__alert");
  const [first, ...rest] = gravestFirst(tile.alerts);
  if (!first) return { place, tick() {} };
  const since = el("span", "bed__since");
  const isOpen = first.state === "open";
  const owner = isOpen ? "nobody" : initials(first.owner ?? "") || "answered";
  const who = el("span", isOpen ? "bed__owner bed__owner--nobody" : "bed__owner", owner);
  who.title = isOpen ? "Nobody has answered" : `${first.owner ?? "Somebody"} has it`;
  const severity = el("span", `severity severity--${first.severity} severity--${first.state} severity--small`, first.severity);
  severity.title = first.label;
  place.append(severity, el("span", "bed__what", first.label), since, who);
  if (rest.length) place.append(el("span", "bed__more", `+${rest.length}`));
  return { place, tick: (now) => show(since, age(first.raised_at, now)) };
}

export function drawTile(tile) {
  const due = el("span", "bed__due-words");
  const bar = svg("rect", { width: "0", height: "1" });
  const ratio = svg("svg", { class: "bed__bar", viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" }, bar);
  const dueTag = el("span", "bed__due", due, ratio);
  const set = el("span", "bed__set");
  const alert = alerts(tile);
  const button = el(
    "button",
    `bed ${tile.grade.token}${isAlarm(tile) ? " bed--alarm" : ""}`,
    ...head(tile),
    el("span", "bed__line", el("span", "bed__chip", tile.chip || "no dose"), flags(tile), nurse(tile)),
    vitals(tile),
    set,
    dueTag,
    alert.place,
  );
  button.type = "button";
  const element = el("li", "bed-place", button);
  element.dataset.tile = tile.id;

  function tick(now) {
    const next = dueOf(tile, now);
    show(due, next.words);
    show(set, setAge(tile, now));
    alert.tick(now);
    const width = String(Math.round(next.ratio * 100));
    if (bar.getAttribute("width") !== width) bar.setAttribute("width", width);
    if (dueTag.dataset.state !== next.state) dueTag.dataset.state = next.state;
  }
  return { element, button, tick };
}

// One broken tile must not hide the other beds.
export function drawBroken(tile) {
  const link = el("a", "bed bed--broken", `Bed ${tile.bed || "?"}: this tile cannot be shown. Open the chart.`);
  link.href = tile.url;
  return { element: el("li", "bed-place", link), button: link, tick() {} };
}

export function drawEmpty(bed) {
  const button = el("button", "bed bed--empty", el("span", "bed__number", hidden("Bed "), bed.label), el("span", "bed__code", "Empty"));
  button.type = "button";
  button.disabled = true;
  return { element: el("li", "bed-place", button), button, tick() {} };
}

// Draws one bed of the ward board from its JSON.
import { el, gradeBadge, icon, svg, vital } from "./dom.js";

const ALERTS_SHOWN = 3;
const TRENDS = { worse: "Worse", same: "Same", better: "Better", unknown: "Trend unknown" };
const WINDOWS = {
  before: "Before dose",
  high_risk: "High risk",
  monitoring: "Monitoring",
  closed: "Window closed",
  none: "No dose",
};

function tag(className, ...children) {
  return el("span", `tag ${className}`, ...children);
}

function head(tile) {
  const link = el("a", "bed__name", tile.name);
  link.href = tile.url;
  const grades = el("div", "bed__grades");
  if (tile.icans) grades.append(el("div", "bed__icans", gradeBadge(tile.icans, { scale: "ICANS" }), "ICANS"));
  grades.append(gradeBadge(tile.grade, { scale: "CRS" }));
  const title = el("h2", "bed__title", el("span", "bed__number", tile.bed || "–"), link);
  const line = [tile.therapy, tile.mrn].filter(Boolean).join(" · ");
  return el("div", "bed__head", el("div", "", title, el("p", "bed__line", line)), grades);
}

function chips(tile) {
  const day = [tile.day_label, WINDOWS[tile.window_state]].filter(Boolean).join(" · ");
  return el(
    "div",
    "bed__chips",
    tag(`tag--window tag--${tile.window_state}`, day),
    tag(`trend--${tile.trend}`, icon(tile.trend), TRENDS[tile.trend]),
    ...tile.flags.map((flag) => tag("", flag)),
  );
}

function vitals(values) {
  return el(
    "div",
    "bed__vitals",
    vital("RR", values.rr),
    vital("SpO₂", values.spo2),
    vital("O₂", values.oxygen),
    vital("HR", values.hr),
    vital("T", values.temperature),
    vital("BP", values.bp),
  );
}

function due(tile) {
  const ratio = Math.max(0, Math.min(1, Number(tile.due.ratio) || 0));
  const bar = svg(
    "svg",
    {
      class: `bed__bar bed__bar--${tile.due.state}`,
      viewBox: "0 0 100 1",
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    svg("rect", { width: String(ratio * 100), height: "1" }),
  );
  return el(
    "div",
    "bed__due",
    el("span", "bed__set", tile.last_set_label),
    tag(`due--${tile.due.state}`, icon("clock"), tile.due.label),
    bar,
  );
}

function alertRow(alert) {
  const owner = alert.owner || (alert.state === "open" ? "Nobody has answered" : "Acknowledged");
  return el(
    "div",
    `bed__alert bed__alert--${alert.state}`,
    el("span", `severity severity--${alert.severity}`, alert.severity),
    el("b", "", alert.label),
    el("small", "", alert.age_label),
    el("small", "bed__owner", owner),
  );
}

function alerts(list) {
  const rows = list.slice(0, ALERTS_SHOWN).map(alertRow);
  const more = list.length - rows.length;
  if (more > 0) rows.push(el("p", "bed__more", `and ${more} more`));
  return rows;
}

function broken(tile) {
  const link = el("a", "bed__name", `Bed ${tile.bed ?? "?"}: this tile cannot be shown. Open the chart.`);
  link.href = tile.url;
  return el("li", "bed bed--broken", link);
}

export function drawTile(tile) {
  try {
    const unanswered = tile.alerts.some((alert) => alert.severity === "P1" && alert.state === "open");
    return el(
      "li",
      `bed ${tile.grade.token}${unanswered ? " bed--alarm" : ""}`,
      head(tile),
      chips(tile),
      vitals(tile.vitals),
      due(tile),
      ...alerts(tile.alerts),
    );
  } catch (error) {
    console.error(error); // one broken tile must not hide the other beds
    return broken(tile);
  }
}

// Whether a set asks for somebody at once: readings held to their limits, then looked up.

import { deviceDigits, millis, numberOf } from "./findings.js";
import { numberAt } from "./lookup.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
// Not beyond its limit; one reading near it, which a second one would confirm; for certain.
const NO = 0;
const PERHAPS = 1;
const CERTAIN = 2;

// Not known, far below, near, well.
function against(value, [hard, soft]) {
  if (value === null) return 0;
  return value < hard ? 1 : value < soft ? 2 : 3;
}

function wholeIn(values, name) {
  return values[name] === undefined ? null : numberOf(values[name]);
}

function meanOf(values) {
  const measured = wholeIn(values, "mean_arterial_mmhg");
  const [systolic, diastolic] = ["systolic_mmhg", "diastolic_mmhg"].map((name) => wholeIn(values, name));
  if (measured !== null || systolic === null || diastolic === null) return measured;
  return (systolic + 2 * diastolic) / 3;
}

function breach(table, axis, digits) {
  return table.alerts.breaches[numberAt(table, table.alerts.axes[axis], digits)];
}

// What a device is worth to the alert rules, 0 for air; null when no device was charted.
function classOfDevice(values, table) {
  const found = numberAt(table, table.alerts.axes.class, deviceDigits(values, table.crs.course));
  return found === 0 ? null : found - 1;
}

function spo2Digit(values, table) {
  return against(values.spo2_percent ?? null, table.alerts.spo2_below_percent);
}

// How each reading of a set stands to its limit; `own` is what the set itself measured.
export function breachesOf(own, span, table) {
  const low = own.hypotension === true || (own.vasopressors ?? []).length > 0;
  const systolic = against(wholeIn(own, "systolic_mmhg"), span.systolic);
  const rate = wholeIn(own, "heart_rate_bpm");
  return {
    pressure: breach(table, "pressure", [low, own.hypotension === false, systolic, against(meanOf(own), span.mean)]),
    saturation: breach(table, "oxygen", [0, 1, spo2Digit(own, table)]),
    heart_rate: rate === null ? null : rate >= span.heart_rate_from ? "soft" : "normal",
  };
}

function held(found, run, at, rules) {
  if (found === null || found === "normal") return NO;
  if (found !== "soft") return CERTAIN;
  const confirms = (then) =>
    at - millis(then) >= rules.apart_minutes * MINUTE && at - millis(then) <= rules.look_back_hours * HOUR;
  return run.some(confirms) ? CERTAIN : PERHAPS;
}

function isOxygenMore(reading, situation, table) {
  const { device } = situation;
  const recent = device && reading.at - millis(device.at) <= table.alerts.look_back_hours * HOUR;
  const now = classOfDevice(reading.own, table);
  const digits = [now === null ? 0 : now + 1, recent ? device.class + 1 : 0, spo2Digit(reading.own, table)];
  return breach(table, "oxygen", digits) === "action";
}

function restsOnPressure(reading, graded, table) {
  const { pressure, vasopressin } = reading.known;
  return numberAt(table, table.alerts.axes.rests, [
    pressure !== undefined,
    pressure !== undefined && "hypotension" in pressure.values,
    (classOfDevice(reading.flat, table) ?? 0) > 0,
    graded.bolus,
    vasopressin !== undefined && vasopressin.values.vasopressin === true,
  ]);
}

function isMasked(reading, situation, rules) {
  const ends = situation.drugs
    .filter((drug) => drug.is.includes("waives_fever") && millis(drug.from) <= reading.at)
    .map((drug) => Math.min(millis(drug.until ?? drug.from), reading.at));
  return ends.length > 0 && Math.floor((reading.at - Math.max(...ends)) / 1000) <= rules.masked_within_hours * 3600;
}

// A count too old, or none at all, is as good as few.
function areNeutrophilsFew(reading, situation, rules) {
  const newest = situation.neutrophils.find((count) => millis(count.at) <= reading.at);
  return !newest || reading.at - millis(newest.at) >= rules.neutrophils_hold_hours * HOUR || newest.few;
}

// This set opens an episode, soon after the last one ended.
function comesBack(reading, situation, graded, rules) {
  if (situation.episode !== null || !(graded.feverNow || graded.atLeast > 0) || !situation.resolved) return false;
  const days = rules.recurs_within_days;
  const { at, open_at: open } = situation.resolved;
  return reading.at - millis(at) <= days * DAY && reading.at - millis(open) <= (days + 1) * DAY;
}

export function isCarerWorried(values, rules) {
  return values.carer_worried === true || values.carer_says === rules.carer_says_worse;
}

function worry(reading, situation, table) {
  const rules = table.alerts;
  const again = (hours) => situation.worried_at !== null && reading.at - millis(situation.worried_at) <= hours * HOUR;
  const asked = (digits) => numberAt(table, rules.axes.worry, digits);
  const { own } = reading;
  return (
    asked([own.worried === true, false, again(rules.worried_again_within_hours)]) |
    asked([false, isCarerWorried(own, rules), again(rules.carer_worried_again_within_hours)])
  );
}

// Urgent, and provisional: whether a second reading has to confirm what it rests on.
export function alertsOf(reading, situation, graded, table) {
  const rules = table.alerts;
  const running = { ...reading.own, vasopressors: reading.known.vasopressors?.values.vasopressors };
  const found = breachesOf(running, reading.span, table);
  const sure = (name) => held(found[name], reading.span.runs[name], reading.at, rules);
  const measured = reading.known.temperature_celsius;
  const answer = numberAt(table, rules.axes.body, [
    rules.grades.findLastIndex((grade) => grade <= graded.atLeast),
    graded.feverNow && millis(measured.at) === reading.at,
    graded.atLeast === 2 && restsOnPressure(reading, graded, table),
    sure("pressure"),
    isOxygenMore(reading, situation, table) ? CERTAIN : sure("saturation"),
    sure("heart_rate") === CERTAIN,
    isMasked(reading, situation, rules),
    rules.windows.indexOf(reading.span.window),
    areNeutrophilsFew(reading, situation, rules),
    reading.span.infant,
    comesBack(reading, situation, graded, rules),
  ]);
  const urgent = answer | worry(reading, situation, table) | rules.levels.includes(reading.own.consciousness);
  return { isP1: (urgent & 1) === 1, isProvisional: (answer & 2) === 2 };
}

// What the set leaves to the alert rules of the next one.
export function followAlerts(reading, situation, table) {
  const device = classOfDevice(reading.own, table);
  const at = new Date(reading.at).toISOString();
  const worried = reading.own.worried === true || isCarerWorried(reading.own, table.alerts);
  const spans = situation.spans.map((span) => {
    const found = breachesOf(reading.own, span, table);
    const runs = Object.entries(span.runs).map(([name, run]) => {
      if (found[name] === "normal") return [name, []];
      return [name, found[name] === null ? run : [at, ...run]];
    });
    return { ...span, runs: Object.fromEntries(runs) };
  });
  return {
    spans,
    device: device === null ? situation.device : { at, class: device },
    worried_at: worried ? at : situation.worried_at,
  };
}

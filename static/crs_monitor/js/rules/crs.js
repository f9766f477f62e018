// The CRS grade of a reading: looked up, with the words that the server would say.

import { feverDigits, oxygenDigits, pressureDigits } from "./findings.js";
import { classOf, fill, inWords, leafOf } from "./lookup.js";

// Bits of what there is to say about a pressure.
const VASOPRESSIN = 1;
export const BOLUS = 2;
const HYPOTENSIVE = 4;
const PRESUMED = 8;
const SECONDS_AN_HOUR = 3600;

function temperature(reading, words) {
  const celsius = reading.flat.temperature_celsius;
  if (celsius === undefined) return [];
  const [whole, part = ""] = String(celsius).split(".");
  // Cut, so that a reading just below 38.0 is never shown as 38.0.
  return [fill(words.temperature, part ? `${whole}.${part.slice(0, 2)}` : whole)];
}

function pressure(reading, said, words) {
  const drug = (code) => words.drugs[code];
  const presumed = fill(words.presumed, reading.flat.systolic_mmhg, reading.span.hypotension_below_mmhg);
  return [
    ...reading.vasopressors.map(drug),
    ...(said & VASOPRESSIN ? [words.vasopressin] : []),
    ...reading.inotropes.map(drug),
    ...(said & BOLUS ? [words.bolus] : []),
    ...(said & HYPOTENSIVE ? [said & PRESUMED ? presumed : words.hypotension] : []),
  ];
}

function oxygen({ flat }, words) {
  const device = words.devices[flat.oxygen_device];
  const underPressure = device.flow === device[""];
  if (underPressure) return [device[flat.ventilation_reason ?? ""]];
  return [flat.oxygen_flow_lpm === undefined ? device[""] : fill(device.flow, flat.oxygen_flow_lpm)];
}

function beside(kind, reading, words) {
  if (kind === "agents") return reading.agents;
  if (kind === "temperature") return temperature(reading, words);
  if (kind !== "hours" || reading.secondsSinceFever === null) return [];
  return [fill(words.last_fever, Math.round((reading.secondsSinceFever / SECONDS_AN_HOUR) * 10) / 10)];
}

// Grade and reasons, and the two things that the course and the alerts go on from.
export function gradeCrs(reading, situation, table) {
  const { axes, rows, extra, flags, words, course } = table.crs;
  const fever = feverDigits(reading, situation, course);
  const classes = [
    classOf(table, axes.fever, fever),
    classOf(table, axes.pressure, pressureDigits(reading)),
    classOf(table, axes.oxygen, oxygenDigits(reading, course)),
  ];
  const [grade, atLeast, metIsBecause, other, missing, aboutFever] = leafOf(table.crs, classes);
  const said = classes[1][3];
  const inputs = {
    fever: () => temperature(reading, words),
    hypotension: () => pressure(reading, said, words),
    hypoxia: () => oxygen(reading, words),
  };
  const met = metIsBecause ? classes.flatMap((each) => each[1]).sort((one, two) => one - two) : [];
  const because = met.map((row) => inWords(rows[row][0], inputs[rows[row][1]]()));
  if (other !== null) because.push(inWords(extra[other][0], beside(extra[other][1], reading, words)));
  const raised = [...aboutFever, ...classes[1][2], ...classes[2][2]].map((flag) => flags[flag]);
  if (said & PRESUMED) raised.push(fill(words.presumed_flag, reading.span.hypotension_below_mmhg));
  return {
    grade,
    atLeast,
    because,
    missing,
    flags: raised,
    feverNow: fever[0] === 2 && !fever[1],
    bolus: (said & BOLUS) > 0,
  };
}

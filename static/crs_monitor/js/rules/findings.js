// From what a set records, and the situation it is taken in, to the digits that a table is asked by.

const MINUTE = 60_000;
const SECOND = 1000;

// Why nothing is computed here; the server decides alone.
export class NotComputed extends Error {}

export function millis(text) {
  return text ? Date.parse(text) : null;
}

// A number as the door reads it: what is beyond its places is cut, never rounded over a limit.
export function numberOf(value, places = 0) {
  const read = /^(-?\d+)(?:\.(\d*))?$/.exec(String(value).trim());
  if (!read || (places === 0 && Number(read[2] ?? 0) > 0)) throw new NotComputed(`“${value}” is no number here`);
  return Number(`${read[1]}.${(read[2] ?? "").slice(0, places)}0`);
}

export function yesOrNo(value, name) {
  if (value !== true && value !== false) throw new NotComputed(`“${value}” is no answer to ${name}`);
  return value;
}

export function oneOf(value, known, name) {
  if (!known.includes(value)) throw new NotComputed(`“${value}” is not known as ${name}`);
  return value;
}

// Only what was recorded; empty or null was not.
export function recordedIn(values) {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ""),
  );
}

// Each group's newest values, without those too old to stand in for a measurement.
export function knownAt(situation, recorded, takenAt, groups) {
  const known = {};
  for (const [group, { fields, measures, minutes }] of Object.entries(groups)) {
    const now = Object.fromEntries(fields.filter((name) => name in recorded).map((name) => [name, recorded[name]]));
    const before = situation.known[group];
    const tooOld = before && minutes !== null && takenAt - millis(before.at) > minutes * MINUTE;
    const earlier = before && !tooOld ? before : null;
    const some = Object.keys(now).length > 0;
    if (some && (!earlier || measures.some((name) => name in now))) {
      known[group] = { values: now, at: new Date(takenAt).toISOString() };
    } else if (some) known[group] = { ...earlier, values: { ...earlier.values, ...now } };
    else if (earlier) known[group] = earlier;
  }
  return known;
}

export function spanAt(situation, takenAt) {
  return situation.spans.findLast((span) => millis(span.from) <= takenAt);
}

function checked(flat, course) {
  const found = { ...flat };
  for (const name of Object.keys(found)) {
    if (name in course.places) found[name] = numberOf(found[name], course.places[name]);
  }
  for (const name of ["systolic_mmhg", "fluid_bolus_ml"]) if (name in found) found[name] = numberOf(found[name]);
  for (const name of [
    "hypotension", "vasopressin", "oxygen_for_comfort", "fever_attributed_elsewhere",
    "hypotension_attributed_elsewhere",
  ]) if (name in found) yesOrNo(found[name], name);
  if ("oxygen_device" in found) oneOf(found.oxygen_device, course.devices, "an oxygen device");
  if ("ventilation_reason" in found) oneOf(found.ventilation_reason, course.reasons, "a reason for ventilation");
  if ("vasopressors" in found) {
    found.vasopressors = found.vasopressors.map((each) => oneOf(each.drug ?? each, course.vasopressors, "a vasopressor"));
  }
  return found;
}

function runs(drug, at) {
  return millis(drug.from) <= at && (drug.until === null || at < millis(drug.until));
}

// Everything the CRS table is asked by, and what its reasons say.
export function readingOf(values, situation, table) {
  const course = table.crs.course;
  const at = millis(values.taken_at);
  const recorded = recordedIn(values);
  const known = knownAt(situation, recorded, at, course.groups);
  const flat = checked(Object.assign({}, ...Object.values(known).map((group) => group.values)), course);
  const given = situation.drugs.filter((drug) => millis(drug.from) <= at);
  const of = (kind) => given.filter((drug) => drug.is.includes(kind));
  const running = (kind) => [...new Set(of(kind).filter((drug) => runs(drug, at)).map((drug) => drug.code))];
  const since = millis(situation.episode) ?? at - course.hides_fever_minutes * MINUTE;
  const hides = of("waives_fever").filter((drug) => millis(drug.from) >= since);
  const fevered = situation.episode === null ? null : millis(situation.fever);
  return {
    at,
    recorded,
    own: checked(recorded, course),
    known,
    flat,
    span: spanAt(situation, at),
    agents: [...new Set(hides.map((drug) => drug.code))].sort(),
    secondsSinceFever: fevered === null ? null : Math.floor((at - fevered) / SECOND),
    vasopressors: [...new Set([...running("is_vasopressor"), ...(flat.vasopressors ?? [])])].sort(),
    vasopressinOrdered: running("is_vasopressin").length > 0,
    inotropes: running("is_inotrope").sort(),
    bolusOrdered: of("is_bolus").some((drug) => at - millis(drug.from) <= course.bolus_minutes * MINUTE),
  };
}

export function feverDigits(reading, situation, course) {
  const celsius = reading.flat.temperature_celsius;
  const recent = reading.secondsSinceFever;
  return [
    celsius === undefined ? 0 : celsius < course.fever_celsius ? 1 : 2,
    reading.flat.fever_attributed_elsewhere === true,
    situation.episode !== null,
    reading.agents.length > 0,
    recent === null ? 0 : recent <= course.fever_waiver_minutes * 60 ? 1 : 2,
  ];
}

const answered = (value) => (value === undefined ? 0 : value ? 2 : 1);

export function pressureDigits(reading) {
  const { flat } = reading;
  const below = reading.span.hypotension_below_mmhg;
  return [
    answered(flat.hypotension),
    flat.systolic_mmhg === undefined ? 0 : flat.systolic_mmhg < below ? 1 : 2,
    flat.fluid_bolus_ml === undefined ? 0 : flat.fluid_bolus_ml > 0 ? 2 : 1,
    reading.bolusOrdered,
    flat.hypotension_attributed_elsewhere === true,
    flat.vasopressors !== undefined,
    Math.min(reading.vasopressors.length, 2),
    reading.vasopressinOrdered,
    answered(flat.vasopressin),
    reading.inotropes.length > 0,
  ];
}

// Without the saturation: what an oxygen device is, against the oxygen used at home.
export function deviceDigits(values, course) {
  const flow = values.oxygen_flow_lpm;
  const home = values.baseline_home_oxygen_lpm;
  const reason = values.ventilation_reason;
  return [
    values.oxygen_device === undefined ? 0 : course.devices.indexOf(values.oxygen_device) + 1,
    flow === undefined ? 0 : flow === 0 ? 1 : flow <= course.low_flow_max_lpm ? 2 : 3,
    !home ? 0 : flow === undefined || flow <= home ? 1 : 2,
    reason === undefined ? 0 : reason === course.reasons[0] ? 1 : 2,
    values.oxygen_for_comfort === true,
  ];
}

export function oxygenDigits(reading, course) {
  const spo2 = reading.flat.spo2_percent;
  return [...deviceDigits(reading.flat, course), spo2 !== undefined && spo2 < course.ask_below_spo2_percent];
}

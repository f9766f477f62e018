// Grades on the tablet what the server cannot be asked now, by the table its own rules wrote.
//
// `values` are the fields of REST with `taken_at`; `situation` is the patient's, as the server last gave it;
// `table` is rules/grades.json. What cannot be had here without the server is said in `not_computed`; then
// there is no grade at all, never a lower one.

import { alertsOf, followAlerts } from "./alerts.js";
import { gradeCrs } from "./crs.js";
import { NotComputed, millis, readingOf, spanAt } from "./findings.js";
import { checkOf, gradeIcans, isNeuroP1 } from "./icans.js";

export { NotComputed };

const MINUTE = 60_000;
const NOTHING = {
  grade: null, at_least: null, because: [], missing: [], flags: [], provisional: null, is_p1: null,
};

// The table that stands beside these modules.
export async function loadTable() {
  const answer = await fetch(new URL("../../rules/grades.json", import.meta.url));
  if (!answer.ok) throw new NotComputed("the rules are not kept on this tablet");
  return answer.json();
}

function refuse(values, situation, table) {
  if (!situation) throw new NotComputed("nothing is known of this patient on this tablet");
  if (situation.table !== table.digest) throw new NotComputed("this tablet has other rules than the server");
  const at = millis(values.taken_at);
  if (!Number.isFinite(at)) throw new NotComputed("the time of the set is not known");
  if (at > millis(situation.until) || !spanAt(situation, at)) {
    throw new NotComputed("the set is too far from what this tablet knows of the patient");
  }
}

function refuseSet(values, situation, table) {
  refuse(values, situation, table);
  if (situation.newest_at !== null && millis(values.taken_at) <= millis(situation.newest_at)) {
    throw new NotComputed("a newer set is known: a late one changes what came after it");
  }
  if (values.supersedes) throw new NotComputed("a correction changes what came after it");
}

function answered(scale, situation, compute) {
  try {
    return { scale, ...compute(), as_of: situation.as_of, not_computed: null };
  } catch (error) {
    if (!(error instanceof NotComputed)) throw error;
    return { scale, ...NOTHING, as_of: situation?.as_of ?? null, not_computed: error.message };
  }
}

// The CRS grade of a set, and whether it asks for somebody at once.
export function gradeSet(values, situation, table) {
  return answered(table.crs.scale, situation, () => {
    refuseSet(values, situation, table);
    const reading = readingOf(values, situation, table);
    const graded = gradeCrs(reading, situation, table);
    const { isP1, isProvisional } = alertsOf(reading, situation, graded, table);
    const { grade, atLeast, because, missing, flags } = graded;
    return {
      grade, at_least: atLeast, because, missing, flags, provisional: isProvisional, is_p1: isP1,
      ruleset: table.crs.ruleset,
    };
  });
}

// The ICANS grade of a neuro check.
export function gradeNeuro(values, situation, table) {
  return answered(table.icans.scale, situation, () => {
    refuse(values, situation, table);
    const check = checkOf(values, situation, table);
    const { grade, atLeast, because, missing, flags } = gradeIcans(check, table);
    return {
      grade, at_least: atLeast, because, missing, flags, provisional: false,
      is_p1: isNeuroP1(check, situation, table), ruleset: table.icans.ruleset,
    };
  });
}

function hasResolved(zero, reading, situation, course) {
  const day = course.closes_after_minutes * MINUTE;
  if (reading.at - zero < day) return false;
  return situation.drugs
    .filter((drug) => drug.is.includes("waives_fever") && millis(drug.from) <= reading.at)
    .every((drug) => reading.at - millis(drug.until ?? drug.from) >= day);
}

// The episode after a set: a fever or a grade opens it, a day at a known grade 0 closes it.
function followEpisode(reading, situation, graded, course) {
  const at = new Date(reading.at).toISOString();
  const feverAt = graded.feverNow ? reading.known.temperature_celsius.at : situation.fever;
  const episode = situation.episode ?? (graded.feverNow || graded.atLeast > 0 ? at : null);
  let { zero } = situation;
  if (graded.atLeast > 0 || episode === null) zero = null;
  else if (graded.grade === 0) {
    zero ??= at;
    if (hasResolved(millis(zero), reading, situation, course)) {
      const resolved = { open_at: situation.newest_at ?? at, at };
      return { episode: null, fever: feverAt, zero: null, resolved };
    }
  }
  return { episode, fever: feverAt, zero };
}

// The situation after a set that is not sent yet, for the next set of the same patient.
export function followSet(values, situation, table) {
  refuseSet(values, situation, table);
  const reading = readingOf(values, situation, table);
  const graded = gradeCrs(reading, situation, table);
  return {
    ...situation,
    ...followEpisode(reading, situation, graded, table.crs.course),
    ...followAlerts(reading, situation, table),
    known: reading.known,
    newest_at: new Date(reading.at).toISOString(),
  };
}

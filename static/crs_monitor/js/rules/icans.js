// The ICANS grade of a neuro check, and whether it asks for somebody at once: both looked up.

import { NotComputed, millis, numberOf, oneOf, recordedIn, spanAt, yesOrNo } from "./findings.js";
import { classOf, fill, inWords, leafOf, numberAt } from "./lookup.js";

const HOUR = 3_600_000;
const ICE_FULL = 10;
const CAPD_ITEMS = 8;
const MINUTE_PLACES = 3;

function scored(found, name, highest, places = 0) {
  if (found[name] === undefined) return null;
  const number = numberOf(found[name], places);
  if (number < 0 || number > highest) throw new NotComputed(`${name} of ${number} is outside 0 to ${highest}`);
  return number;
}

// The total of a sheet, and how far it goes when items were left out.
function iceOf(found, scores) {
  const stated = scored(found, "ice_score", ICE_FULL);
  if (!found.ice_items) return { score: stated, atMost: ICE_FULL, sheet: false };
  const items = Object.entries(scores.ice_items).map(([name, most]) => [most, found.ice_items[name] ?? null]);
  const lost = items.reduce((sum, [most, got]) => sum + (got === null ? 0 : most - got), 0);
  const complete = items.every(([, got]) => got !== null);
  return { score: complete ? ICE_FULL - lost : null, atMost: ICE_FULL - lost, sheet: true };
}

function capdOf(found) {
  const stated = scored(found, "capd_score", 4 * CAPD_ITEMS);
  if (!found.capd_items) return { score: stated, atLeast: 0, sheet: false };
  const least = found.capd_items.reduce((sum, got) => sum + (got ?? 0), 0);
  const complete = found.capd_items.length === CAPD_ITEMS && found.capd_items.every((got) => got !== null);
  return { score: complete ? least : null, atLeast: least, sheet: true };
}

const band = (edges, score) => edges.findIndex((last) => score <= last);

function scoreDigits(check, scores) {
  const { ice, capd, found, ageYears } = check;
  const iceDigit =
    ice.score !== null
      ? 1 + band(scores.ice_up_to, ice.score)
      : ice.atMost < ICE_FULL
        ? scores.ice_up_to.length + 1 + band(scores.ice_up_to.slice(1), ice.atMost)
        : 0;
  const capdDigit =
    capd.score !== null
      ? 1 + band(scores.capd_up_to, capd.score)
      : capd.sheet
        ? scores.capd_up_to.length + 1 + band(scores.capd_up_to, capd.atLeast)
        : 0;
  const worst = capd.score ?? capd.atLeast;
  return [
    ageYears === null ? 0 : ageYears < scores.capd_below_years ? 1 : 2,
    found.unable_reason ? scores.unable.indexOf(found.unable_reason) + 1 : 0,
    iceDigit,
    capdDigit,
    check.capdBaseline === null ? 0 : worst <= check.capdBaseline ? 1 : 2,
    found.consciousness_other_cause === true,
    found.global_aphasia === true,
  ];
}

const place = (known, word) => (word === undefined ? 0 : known.indexOf(word) + 1);
const answered = (value) => (value === undefined ? 0 : value ? 2 : 1);

function seizureDigits({ found, minutes }, scores) {
  const lasted = minutes === null ? 0 : minutes === 0 ? 1 : minutes <= scores.prolonged_minutes ? 2 : 3;
  return [place(scores.seizures, found.seizure), lasted];
}

function signsDigits({ found }, scores) {
  return [
    answered(found.motor_weakness),
    place(scores.edema, found.cerebral_edema),
    found.edema_due_to_hemorrhage === true,
    (found.raised_pressure_signs ?? []).length > 0,
    found.intracranial_hemorrhage === true,
  ];
}

function saidOf({ ice, capd, found, minutes, capdBaseline }, words) {
  const aphasia = found.global_aphasia === true ? [words.aphasia] : [];
  return {
    ice: () => (ice.score === null ? [fill(words.ice_at_most, ice.atMost)] : [fill(words.ice, ice.score), ...aphasia]),
    capd: () => {
      if (capd.score === null) return [fill(words.capd_at_least, capd.atLeast)];
      return [capdBaseline === null ? fill(words.capd, capd.score) : fill(words.capd_before, capd.score, capdBaseline)];
    },
    arousal: () => [words.arousal[found.consciousness ?? ""]],
    seizure: () => [
      ...(found.seizure ? [words.seizure[found.seizure]] : []),
      ...(minutes === null ? [] : [fill(words.lasting, minutes)]),
    ],
    motor: () => [words.motor],
    edema: () => [words.edema[found.cerebral_edema ?? "none"]],
    signs: () => [...(found.raised_pressure_signs ?? [])].sort().map((sign) => words.signs[sign]),
  };
}

function refuseStrange(found, scores) {
  for (const [name, known] of [
    ["unable_reason", scores.unable],
    ["consciousness", scores.levels],
    ["seizure", scores.seizures],
    ["cerebral_edema", scores.edema],
  ]) if (found[name] !== undefined) oneOf(found[name], known, name);
  for (const name of ["motor_weakness", "consciousness_other_cause", "global_aphasia"]) {
    if (found[name] !== undefined) yesOrNo(found[name], name);
  }
}

// What a check says, with the age and the baseline that it is held to.
export function checkOf(values, situation, table) {
  const { scores } = table.icans;
  const found = recordedIn(values);
  refuseStrange(found, scores);
  const at = millis(values.taken_at);
  const { capd_baseline: before, capd_baseline_at: beforeAt } = situation.neuro;
  if (beforeAt !== null && millis(beforeAt) > at) throw new NotComputed("the baseline score is newer than this check");
  const capd = capdOf(found);
  return {
    at,
    found,
    ice: iceOf(found, scores),
    capd,
    minutes: scored(found, "seizure_minutes", Infinity, MINUTE_PLACES),
    capdBaseline: found.is_baseline === true && capd.score !== null ? capd.score : before,
    ageYears: spanAt(situation, at).age_years,
  };
}

export function gradeIcans(check, table) {
  const { axes, rows, flags, words, nothing, scores } = table.icans;
  const classes = [
    classOf(table, axes.score, scoreDigits(check, scores)),
    classOf(table, axes.arousal, [place(scores.levels, check.found.consciousness)]),
    classOf(table, axes.seizure, seizureDigits(check, scores)),
    classOf(table, axes.signs, signsDigits(check, scores)),
  ];
  const [grade, atLeast, outcome, missing, arousal] = leafOf(table.icans, classes);
  const said = saidOf(check, words);
  const met = [...classes.flatMap((each) => each[1]), ...arousal].sort((one, two) => one - two);
  const because = met.map((row) => inWords(rows[row][0], said[rows[row][1]]()));
  const raised = [...new Set(classes.flatMap((each) => each[2]))].sort((one, two) => one - two);
  return {
    grade: outcome ?? grade,
    atLeast,
    because: because.length || grade !== 0 ? because : [nothing],
    missing,
    flags: raised.map((flag) => flags[flag]),
  };
}

export function isNeuroP1(check, situation, table) {
  const rules = table.alerts.neuro;
  const { scores } = table.icans;
  const within = (hours) =>
    situation.neuro.checks.filter((one) => millis(one.at) < check.at && check.at - millis(one.at) <= hours * HOUR);
  const isHigh = (score) =>
    score !== null &&
    (score >= rules.capd_at_least || (check.capdBaseline !== null && score - check.capdBaseline >= rules.capd_rise));
  const { score } = check.ice;
  const before = within(rules.ice_within_hours).map((one) => one.ice_score).filter((ice) => ice !== null);
  const { found } = check;
  const raised = (found.raised_pressure_signs ?? []).length > 0 || !rules.no_edema.includes(found.cerebral_edema ?? "");
  const digits = [
    place(scores.levels, found.consciousness),
    place(scores.seizures, found.seizure),
    found.motor_weakness === true,
    raised,
    score !== null && score <= rules.ice_at_most,
    score !== null && before.some((ice) => ice - score >= rules.ice_fall),
    isHigh(check.capd.score),
    within(rules.capd_within_hours).some((one) => isHigh(one.capd_score)),
  ];
  return (numberAt(table, rules, digits) & 1) === 1;
}

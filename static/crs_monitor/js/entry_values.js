// What stands in the form, under the interface's own names: for whoever sends it when the network does not.

const TEXTS = new Set(["oxygen_device", "consciousness", "temperature_site", "carer_says", "blood_pressure_method",
  "respiratory_distress", "ventilation_reason", "vasopressor_intensity", "late_reason", "note"]);
const NOT_VALUES = new Set(["csrfmiddlewaretoken", "client_id", "taken_at", "confirmed", "vasopressors", "reason",
  "reason_text", "right_mrn", "use"]);
const PRESSURES = ["systolic_mmhg", "diastolic_mmhg"];

function answer(name, text) {
  if (TEXTS.has(name)) return text;
  if (text === "yes" || text === "no") return text === "yes";
  return Number(text);
}

function vasopressors(data) {
  const ticked = data.getAll("vasopressors").filter((drug) => drug !== "none");
  return ticked.map((drug) => {
    const dose = data.get(`dose_${drug}`)?.trim();
    return dose ? { drug, dose: Number(dose), unit: data.get(`unit_${drug}`) } : drug;
  });
}

// A reason counts for what is still empty.
function skipped(data, values) {
  const reasons = {};
  for (const [name, reason] of data) {
    if (!name.startsWith("skip_") || !reason) continue;
    const field = name.slice("skip_".length);
    for (const each of field === "systolic_mmhg" ? PRESSURES : [field]) {
      if (!(each in values)) reasons[each] = reason;
    }
  }
  return reasons;
}

export function entryValues(form) {
  const data = new FormData(form);
  const values = {};
  for (const [name, raw] of data) {
    const text = raw.trim();
    if (!text || NOT_VALUES.has(name) || /^(skip|dose|unit)_/.test(name)) continue;
    values[name] = answer(name, text);
  }
  if (data.has("vasopressors")) values.vasopressors = vasopressors(data);
  const reasons = skipped(data, values);
  if (Object.keys(reasons).length > 0) values.skipped = reasons;
  return values;
}

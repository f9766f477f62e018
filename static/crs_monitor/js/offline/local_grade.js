// A grade without the server: what the rules of this tablet say of one set, or that nothing is said.
// Nothing is ever sent from here; the server grades for itself when the set arrives.

const NUMBER = /^\d{1,9}(\.\d{1,6})?$/;
const MANY = "vasopressors";
const ANSWERS = new Map([["yes", true], ["no", false]]);

// The typed form by the names and types of REST; what was not recorded is absent.
export function valuesOf(fields) {
  const values = {};
  for (const [name, text] of fields) {
    if (text === "" || ["client_id", "taken_at", "confirmed", "note"].includes(name)) continue;
    if (name === MANY) values[MANY] = [...(values[MANY] ?? []), ...(text === "none" ? [] : [text])];
    else if (ANSWERS.has(text)) values[name] = ANSWERS.get(text);
    else values[name] = NUMBER.test(text) ? Number(text) : text;
  }
  return values;
}

// {scale, grade, at_least, because, missing, provisional, is_p1}; null when it cannot be computed here.
export async function localGrade(fields, situation) {
  if (!situation) return null;
  try {
    const { gradeSet, loadTable } = await import("../rules/index.js");
    return gradeSet(valuesOf(fields), situation, await loadTable());
  } catch {
    return null;
  }
}

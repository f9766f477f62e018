// A grade without the server, by the table that its own rules wrote; or why none can be had here.
// Nothing of it is ever sent: the server grades for itself when the set arrives.
import { queueOf } from "./queue.js";

// The sets before this one that the server does not know of yet, oldest first.
async function unsentBefore(item, owner) {
  const rows = (await (await queueOf(owner)).all()).filter(({ unreadable }) => !unreadable).map(({ value }) => value);
  const earlier = rows.filter((each) => each.patient_id === item.patient_id && each.measured_at < item.measured_at);
  return earlier.sort((a, b) => a.measured_at - b.measured_at);
}

// {grade, at_least, because, missing, is_p1, not_computed}; `not_computed` says why there is none.
export async function localGrade(item, { owner, situation }) {
  try {
    const { followSet, gradeSet, loadTable } = await import("../rules/index.js");
    const table = await loadTable();
    const earlier = await unsentBefore(item, owner);
    const now = earlier.reduce((known, { values }) => followSet(values, known, table), situation);
    return gradeSet(item.values, now, table);
  } catch (error) {
    return { grade: null, at_least: null, because: [], missing: [], is_p1: null, not_computed: error.message };
  }
}

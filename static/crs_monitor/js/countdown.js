// Keeps every “due in” true while a page stays open, by the time that passed since the server said it.
import { duration } from "./ages.js";

const CHECK_EVERY_MS = 1000;
const loadedAt = performance.now();

// The edges of vitals/schedule.overdue_state: grace and one whole interval are inclusive.
export function standing(left, grace, interval) {
  const late = -left;
  if (late < -grace) return { state: "ok", words: `Due in ${duration(left * 1000)}` };
  if (late <= 0) return { state: "due_soon", words: `Due in ${duration(left * 1000)}` };
  if (late <= grace) return { state: "due", words: "Due now" };
  if (late <= interval) return { state: "overdue", words: `Overdue ${duration(left * 1000)}` };
  return { state: "missed", words: `Missed: ${duration(left * 1000)} late` };
}

// After its time the server refuses; a button that only leads to a refusal goes away.
function showUndo(passed) {
  for (const form of document.querySelectorAll("[data-undo-in]")) {
    const left = Math.floor(Number(form.dataset.undoIn) - passed);
    form.hidden = left <= 0;
    form.querySelector("[data-undo-words]").textContent = `${left} s`;
  }
}

function show() {
  const passed = (performance.now() - loadedAt) / 1000;
  showUndo(passed);
  for (const tag of document.querySelectorAll("[data-due-in]")) {
    const { dueIn, dueGrace, dueInterval } = tag.dataset;
    const { state, words } = standing(Number(dueIn) - passed, Number(dueGrace), Number(dueInterval));
    const place = tag.querySelector("[data-due-words]");
    if (place.textContent === words) continue;
    place.textContent = words;
    for (const name of [...tag.classList]) if (name.startsWith("due--")) tag.classList.remove(name);
    tag.classList.add(`due--${state}`);
  }
}

if (document.querySelector("[data-due-in], [data-undo-in]")) setInterval(show, CHECK_EVERY_MS);

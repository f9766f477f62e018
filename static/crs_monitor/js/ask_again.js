// The second and third gate at the bedside: an odd number is shown again, large, far from the Save key,
// and only a tap on another place keeps it. The server asks the same once more.
import { doubtsIn } from "./limits.js";

const NO_DOUBLE_TAP_MS = 600;

function unitOf(doubt) {
  const unit = document.createElement("small");
  unit.textContent = doubt.unit;
  return unit;
}

export function attachAskAgain(form, { takenAt, send }) {
  const dialog = document.querySelector("[data-ask]");
  const part = (name) => dialog.querySelector(`[data-ask-${name}]`);
  let asked = null;
  let openedAt = 0;

  const tokens = () => new Set([...form.querySelectorAll('[name="confirmed"]')]
    .filter((box) => box.type === "hidden" || box.checked)
    .map((box) => box.value));

  function confirm(token) {
    const kept = document.createElement("input");
    kept.type = "hidden";
    kept.name = "confirmed";
    kept.value = token;
    form.append(kept);
  }

  // True when nothing is left to ask.
  function isClear() {
    const known = tokens();
    asked = doubtsIn(form, takenAt()).find((doubt) => !known.has(doubt.token)) ?? null;
    if (asked === null) return true;
    part("label").textContent = asked.label;
    part("number").replaceChildren(asked.value, unitOf(asked));
    part("words").textContent = asked.words;
    openedAt = performance.now();
    if (!dialog.open) dialog.showModal();
    part("no").focus();
    return false;
  }

  part("yes").addEventListener("click", () => {
    if (performance.now() - openedAt < NO_DOUBLE_TAP_MS) return;
    confirm(asked.token);
    dialog.close();
    send();
  });
  part("no").addEventListener("click", () => {
    dialog.close();
    asked.input.focus();
  });
  return { isClear };
}

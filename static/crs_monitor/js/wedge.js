// A scanner that types: what comes faster than a hand is a wristband, not a measurement.

const FASTER_THAN_A_HAND_MS = 80;
const SHORTEST_CODE = 5;

export function attachWedge(form) {
  const notice = form.querySelector("[data-scan]");
  let burst = "";
  let lastAt = -Infinity;
  let before = null; // the field the burst went into, as it was

  function restore() {
    if (!before) return;
    before.field.value = before.value;
    before.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function say(code) {
    const same = code.split(/[^A-Za-z0-9-]+/).includes(form.dataset.mrn);
    notice.hidden = false;
    notice.classList.toggle("notice--alarm", !same);
    notice.textContent = same
      ? "The wristband is this patient's."
      : "Stop: this wristband is not this patient's. Nothing was charted.";
    form.toggleAttribute("data-wrong-wristband", !same);
  }

  document.addEventListener("keydown", (event) => {
    const fast = event.timeStamp - lastAt < FASTER_THAN_A_HAND_MS;
    lastAt = event.timeStamp;
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (!fast) {
        burst = "";
        const field = event.target instanceof HTMLInputElement ? event.target : null;
        before = field ? { field, value: field.value } : null;
      }
      burst += event.key;
      return;
    }
    if (event.key === "Enter" && fast && burst.length >= SHORTEST_CODE) {
      event.preventDefault();
      event.stopPropagation();
      restore();
      say(burst);
    }
    if (event.key !== "Shift") burst = "";
  }, { capture: true });
}

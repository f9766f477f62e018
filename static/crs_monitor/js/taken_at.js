// When the set was measured: "now" keeps running while the nurse types, by the server's clock, until she says otherwise.

const LATE_MINUTES = 15;
const REASON_MINUTES = 4 * 60;

// A local wall-clock reading has no zone; counting in UTC keeps the arithmetic free of the tablet's own.
function parse(text) {
  const at = Date.parse(`${text.slice(0, 16)}:00Z`);
  return Number.isNaN(at) ? null : at;
}

function format(at) {
  return new Date(at).toISOString().slice(0, 16);
}

export function attachTakenAt(form) {
  const input = form.querySelector('[name="taken_at"]');
  const tag = form.querySelector("[data-taken-tag]");
  const reason = form.querySelector("[data-late-reason]");
  const latest = parse(input.max || input.value);
  if (latest === null) return { instant: () => Date.now() };
  const loadedAt = performance.now();
  const now = () => latest + (performance.now() - loadedAt);
  let follows = "fresh" in form.dataset;

  function show() {
    if (follows) input.value = format(now());
    input.max = format(now());
    const at = parse(input.value);
    if (at === null) return;
    const minutes = Math.round((parse(format(now())) - at) / 60000);
    reason.classList.toggle("is-needed", minutes > REASON_MINUTES || reason.querySelector("select").value !== "");
    if (follows || minutes === 0) tag.textContent = follows ? "now" : "";
    else if (minutes < 0) tag.textContent = "in the future";
    else tag.textContent = minutes > LATE_MINUTES ? `late entry: ${minutes} min ago` : `${minutes} min ago`;
  }

  input.addEventListener("input", () => {
    follows = false;
    show();
  });
  form.querySelector("[data-taken-now]").addEventListener("click", () => {
    follows = true;
    show();
  });
  for (const button of form.querySelectorAll("[data-taken-step]")) {
    button.addEventListener("click", () => {
      const from = parse(input.value) ?? now();
      follows = false;
      input.value = format(from + Number(button.dataset.takenStep) * 60000);
      show();
    });
  }
  setInterval(show, 5000);
  show();
  // The wall clock of the ward has no zone here: minutes back from the server's own instant.
  const started = Date.parse(form.dataset.now);
  return {
    instant() {
      const at = follows ? now() : parse(input.value) ?? now();
      return started + (performance.now() - loadedAt) - Math.max(0, now() - at);
    },
  };
}

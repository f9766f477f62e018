// Says at the bedside what the server will say: a number that cannot be, or one that will be asked about again.
// The server decides; this only spares a round trip. Nothing typed is ever changed without a tap.

const FAHRENHEIT = { low: 86, high: 113 };
const THREE_DIGITS = { low: 250, high: 450 };

function numberIn(text) {
  const trimmed = text.trim();
  return /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : null;
}

function limit(tile, name) {
  const text = tile.dataset[name];
  return text === undefined || text === "" ? null : Number(text);
}

export function judge(value, limits) {
  const below = (edge) => edge !== null && value < edge;
  const above = (edge) => edge !== null && value > edge;
  if (below(limits.hardLow) || above(limits.hardHigh)) return "refused";
  if (below(limits.softLow) || above(limits.softHigh)) return "doubtful";
  return "plausible";
}

// What a temperature typed in the Celsius field may have meant.
export function temperatureMeant(value) {
  if (value >= FAHRENHEIT.low && value <= FAHRENHEIT.high) {
    const celsius = (((value - 32) * 5) / 9).toFixed(1);
    return { celsius, words: `${value} °F = ${celsius} °C – use ${celsius}?` };
  }
  if (Number.isInteger(value) && value >= THREE_DIGITS.low && value <= THREE_DIGITS.high) {
    const celsius = (value / 10).toFixed(1);
    return { celsius, words: `Did you mean ${celsius} °C? – use ${celsius}` };
  }
  return null;
}

const CANNULA_FLOW_TO_CONFIRM = 15;

function jumpOf(tile, value, takenAt) {
  const size = limit(tile, "jump");
  const before = Number(tile.querySelector("[data-previous]")?.dataset.previous);
  if (size === null || !Number.isFinite(before)) return "";
  const seconds = (takenAt - Date.parse(tile.dataset.beforeAt)) / 1000;
  const within = limit(tile, "jumpSeconds");
  if (seconds <= 0 || (within !== null && seconds > within)) return "";
  // Ten thousandths, so that 38.7 - 36.7 is 2 and not a little less.
  const far = Math.round(Math.abs(value - before) * 1e4) >= Math.round(size * 1e4);
  return far ? `${before} before, now ${value}` : "";
}

function oxygenDoubt(form, flow) {
  const device = form.querySelector('[name="oxygen_device"]:checked');
  if (!device?.value) return "";
  if (device.value === "nasal_cannula" && flow > CANNULA_FLOW_TO_CONFIRM) return "unusual on a plain nasal cannula";
  const before = form.querySelector('[data-choice="oxygen_device"]').dataset.before;
  const name = device.nextElementSibling.textContent;
  return before && before !== device.value ? `by ${name}, another device than before` : "";
}

// Every number that is possible and worth asking about again, with the token that confirms it.
export function doubtsIn(form, takenAt) {
  const found = [];
  for (const tile of form.querySelectorAll("[data-tile]")) {
    const input = tile.querySelector("[data-number]");
    const value = numberIn(input.value);
    if (value === null) continue;
    const verdict = judge(value, limitsOf(tile));
    if (verdict === "refused") continue;
    const words = [
      verdict === "doubtful" ? "unusual at this age" : "",
      jumpOf(tile, value, takenAt),
      input.name === "oxygen_flow_lpm" ? oxygenDoubt(form, value) : "",
    ].filter((each) => each !== "");
    if (words.length === 0) continue;
    found.push({
      token: `${input.name}=${value}`,
      value: input.value,
      label: tile.querySelector("label").firstChild.textContent.trim(),
      unit: tile.querySelector(".tile__unit").textContent,
      words: words.join("; "),
      input,
    });
  }
  return found;
}

export function firstRefused(form) {
  const tiles = [...form.querySelectorAll("[data-tile]")];
  const wrong = tiles.find((tile) => verdictOn(tile.querySelector("[data-number]").value, limitsOf(tile)) === "refused");
  return wrong ? wrong.querySelector("[data-number]") : null;
}

function offer(note, input, meant) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tile__offer";
  button.textContent = meant.words;
  button.addEventListener("click", () => {
    input.value = meant.celsius;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });
  note.replaceChildren(button);
}

function limitsOf(tile) {
  return {
    hardLow: limit(tile, "hardLow"),
    hardHigh: limit(tile, "hardHigh"),
    softLow: limit(tile, "softLow"),
    softHigh: limit(tile, "softHigh"),
  };
}

function verdictOn(text, limits) {
  const value = numberIn(text);
  if (value !== null) return judge(value, limits);
  return text.trim() === "" ? "plausible" : "refused";
}

function showVerdict(tile, input, note) {
  const value = numberIn(input.value);
  const limits = limitsOf(tile);
  const verdict = verdictOn(input.value, limits);
  tile.classList.toggle("is-refused", verdict === "refused");
  tile.classList.toggle("is-doubtful", verdict === "doubtful");
  input.setAttribute("aria-invalid", String(verdict === "refused"));

  const meant = input.name === "temperature_celsius" && value !== null ? temperatureMeant(value) : null;
  if (meant && verdict !== "plausible") offer(note, input, meant);
  else if (value === null && verdict === "refused") note.textContent = "Not a number";
  else if (verdict === "refused") note.textContent = `Must be ${limits.hardLow} to ${limits.hardHigh}`;
  else if (verdict === "doubtful") note.textContent = "Unusual: will ask again";
  else note.textContent = "";
}

function showDelta(tile, input) {
  const delta = tile.querySelector("[data-delta]");
  const before = Number(tile.querySelector("[data-previous]")?.dataset.previous);
  if (!delta) return;
  const value = numberIn(input.value);
  // A difference to a number that cannot be says nothing.
  if (value === null || !Number.isFinite(before) || judge(value, limitsOf(tile)) === "refused") {
    delta.textContent = "";
    return;
  }
  const change = Math.round((value - before) * 10) / 10;
  delta.textContent = change > 0 ? `+${change}` : change < 0 ? `−${-change}` : "same";
}

export function attachLimits(form) {
  for (const tile of form.querySelectorAll("[data-tile]")) {
    const input = tile.querySelector("[data-number]");
    const note = tile.querySelector("[data-note]");
    input.addEventListener("input", () => {
      if (input.value.includes(",")) input.value = input.value.replace(",", ".");
      showDelta(tile, input);
      // "3" on the way to "38.6" is no error: while typing, only a number already too large is marked.
      const value = numberIn(input.value);
      const high = limit(tile, "hardHigh");
      const marked = tile.matches(".is-refused, .is-doubtful");
      if (marked || (value !== null && high !== null && value > high)) showVerdict(tile, input, note);
    });
    // setRangeText from the keypad raises no "change"; leaving the field is the moment to judge.
    input.addEventListener("blur", () => {
      if (input.value !== input.defaultValue) showVerdict(tile, input, note);
    });
    showDelta(tile, input);
    // On a form that came back, what the server refused for its own reasons stays as it said it.
    if (verdictOn(input.value, limitsOf(tile)) !== "plausible") showVerdict(tile, input, note);
  }
}

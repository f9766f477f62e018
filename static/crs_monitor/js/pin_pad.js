// The keypad under the names on shift: six digits open the tablet, and so does a badge.
//
// A badge scanner types: many characters at once and Enter. Fingers are slower, so a burst is a badge.

const BURST_MS = 50;
const SETTLE_MS = 150; // after the sixth digit from a keyboard, in case a badge goes on
const SHORTEST_BADGE = 8;

// `open(form)` sends it: by itself on the page, by script over another page. Returns what ends it.
export function attachPinPad(root, open) {
  const form = root.querySelector("[data-pin-form]");
  const pin = form.querySelector("[data-pin]");
  const badge = form.querySelector("[data-badge]");
  const said = form.querySelector("[data-said]");
  const length = Number(form.dataset.pinLength);
  const ending = new AbortController();
  let scanned = "";
  let typedAt = -Infinity;
  let settling;

  const person = () => form.querySelector('[name="person"]:checked');

  function say(words) {
    said.textContent = words;
  }

  function tryIt() {
    if (!pin || pin.value.length < length) return;
    if (!person()) say("Tap your name.");
    else open(form);
  }

  function add(digit, { byHand }) {
    if (!pin || pin.value.length >= length) return;
    pin.value += digit;
    if (pin.value.length === 1) say("");
    if (byHand) tryIt();
    else settling = setTimeout(tryIt, SETTLE_MS);
  }

  function onKey(event) {
    // A page behind the lock listens for wristbands: these keys are not for it.
    event.stopImmediatePropagation();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const fast = event.timeStamp - typedAt < BURST_MS;
    if (event.key.length === 1) {
      clearTimeout(settling);
      typedAt = event.timeStamp;
      scanned = fast ? scanned + event.key : event.key;
      if (!/\d/.test(event.key)) return;
      event.preventDefault();
      add(event.key, { byHand: false });
    } else if (event.key === "Enter" && fast && scanned.length >= SHORTEST_BADGE) {
      event.preventDefault();
      clearTimeout(settling);
      badge.value = scanned;
      if (pin) pin.value = "";
      open(form);
    } else if (event.key === "Backspace" && pin) {
      event.preventDefault();
      pin.value = pin.value.slice(0, -1);
    }
  }

  root.addEventListener("click", (event) => {
    const key = event.target.closest("[data-pad] .key");
    if (!key || !pin) return;
    if (key.dataset.digit) add(key.dataset.digit, { byHand: true });
    else pin.value = "wipe" in key.dataset ? "" : pin.value.slice(0, -1);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "person") return;
    say("");
    tryIt();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (badge.value) open(form);
    else tryIt();
  });
  window.addEventListener("keydown", onKey, { capture: true, signal: ending.signal });
  if (pin) pin.inputMode = "none"; // the keypad is on the page; the tablet's own would cover it

  return {
    refuse(words) {
      if (pin) pin.value = "";
      badge.value = "";
      scanned = "";
      say(words);
    },
    end() {
      clearTimeout(settling);
      ending.abort();
    },
  };
}

// The docked keypad: writes into the field that has focus and walks the fields in measuring order.

const NUMBER = "[data-number]";

function stopsOf(form) {
  // Asked each time: which tiles are needed depends on what was answered.
  return [...form.querySelectorAll(".entry__fields > .tile")]
    .filter((tile) => tile.offsetParent !== null && !tile.classList.contains("is-unneeded"))
    .map((tile) => tile.querySelector(`${NUMBER}, .chip__input:checked, .chip__input`))
    .filter((stop) => stop !== null);
}

function tileOf(element) {
  return element ? element.closest(".tile") : null;
}

export function attachKeypad(form) {
  const keypad = form.querySelector("[data-keypad]");
  const usesKeypad = () => keypad.offsetParent !== null;
  let current = null;

  // The docked keypad replaces the tablet's own keyboard, which would cover half the fields.
  const setKeyboards = () => {
    for (const input of form.querySelectorAll(NUMBER)) {
      input.dataset.inputMode ??= input.inputMode;
      input.inputMode = usesKeypad() ? "none" : input.dataset.inputMode;
    }
  };

  function move(step) {
    const stops = stopsOf(form);
    const here = stops.findIndex((stop) => tileOf(stop) === tileOf(current));
    const next = stops[here + step];
    if (next) next.focus();
    else if (step > 0) form.querySelector("[data-save]").focus();
  }

  function type(text) {
    if (!current || !current.matches(NUMBER)) return;
    const { selectionStart: start, selectionEnd: end, value } = current;
    const room = current.maxLength - (value.length - (end - start));
    if (text === "." && value.slice(0, start).concat(value.slice(end)).includes(".")) return;
    if (room < text.length) return;
    current.setRangeText(text, start, end, "end");
    current.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function erase() {
    if (!current || !current.matches(NUMBER)) return;
    const { selectionStart: start, selectionEnd: end } = current;
    current.setRangeText("", start === end ? Math.max(0, start - 1) : start, end, "end");
    current.dispatchEvent(new Event("input", { bubbles: true }));
  }

  form.addEventListener("focusin", (event) => {
    if (!event.target.matches(`${NUMBER}, .entry__fields .chip__input`)) return;
    current = event.target;
    if (current.matches(NUMBER)) current.select();
  });

  // A key must not take the focus away from the field it writes into.
  keypad.addEventListener("pointerdown", (event) => event.preventDefault());
  keypad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (!key) return;
    if (key === "next") move(1);
    else if (key === "previous") move(-1);
    else if (key === "erase") erase();
    else type(key);
  });

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault(); // Enter means "next field"; only the save key saves
    move(1);
  });

  window.addEventListener("resize", setKeyboards);
  setKeyboards();
  return {
    start() {
      // Somebody may have begun before this file had loaded.
      if (document.activeElement && form.contains(document.activeElement)) return;
      const first = stopsOf(form)[0];
      if (first) first.focus({ preventScroll: true });
    },
  };
}

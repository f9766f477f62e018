// The charting form: works without this file; with it, faster and with fewer slips.
import { attachAskAgain } from "./ask_again.js";
import { entryValues } from "./entry_values.js";
import { attachKeypad } from "./keypad.js";
import { attachLimits, firstRefused } from "./limits.js";
import { attachPanels } from "./panels.js";
import { attachTakenAt } from "./taken_at.js";
import { attachWedge } from "./wedge.js";

const HAND_KEY = "crs-keypad-hand";
const BOUNCE_MS = 700;
const NO_FLOW_DEVICES = new Set(["room_air"]);

function attachHandSwitch(form) {
  try {
    form.dataset.hand = localStorage.getItem(HAND_KEY) === "left" ? "left" : "right";
  } catch {
    form.dataset.hand = "right";
  }
  form.querySelector("[data-hand-switch]").addEventListener("click", () => {
    form.dataset.hand = form.dataset.hand === "left" ? "right" : "left";
    try {
      localStorage.setItem(HAND_KEY, form.dataset.hand);
    } catch {
      // The keypad has moved; only the memory of it is refused.
    }
  });
}

// Flow and FiO2 say nothing on room air: shown as not needed and stepped over, never filled in.
function attachOxygen(form) {
  const tiles = form.querySelectorAll(".tile--oxygen_flow_lpm, .tile--fio2_percent");
  const mark = () => {
    const device = form.querySelector('[name="oxygen_device"]:checked');
    const unneeded = device !== null && NO_FLOW_DEVICES.has(device.value);
    for (const tile of tiles) tile.classList.toggle("is-unneeded", unneeded);
  };
  form.addEventListener("change", (event) => {
    if (event.target.name === "oxygen_device") mark();
  });
  mark();
}

// "None running" and a named drug cannot both be true; the last one touched stands.
function attachVasopressors(form) {
  const boxes = [...form.querySelectorAll('[name="vasopressors"]')];
  const none = boxes.find((box) => box.value === "none");
  for (const box of boxes) {
    box.addEventListener("change", () => {
      if (!box.checked || !none) return;
      for (const other of boxes) {
        if (other !== box && (box === none || other === none)) other.checked = false;
      }
    });
  }
}

// A radio that was tapped by mistake can be tapped off again: back to "not recorded".
// A glove that bounces is not a second tap.
function attachUntick(form) {
  for (const group of form.querySelectorAll("[data-choice]:not([data-multiple])")) {
    let chosen = group.querySelector("input:checked");
    let chosenAt = -Infinity;
    group.addEventListener("click", (event) => {
      const radio = event.target;
      if (!(radio instanceof HTMLInputElement)) return;
      const bounced = performance.now() - chosenAt < BOUNCE_MS;
      if (radio === chosen && radio.value !== "" && !bounced) {
        radio.checked = false;
        chosen = null;
        radio.dispatchEvent(new Event("change", { bubbles: true }));
      } else if (radio !== chosen) {
        chosen = radio;
        chosenAt = performance.now();
      }
    });
  }
}

// Whoever can keep a set while the network is away listens, and prevents the default once it has it.
function isKeptElsewhere(form, takenAt) {
  const detail = {
    patient_id: Number(form.dataset.patientId),
    client_id: form.dataset.clientId,
    values: entryValues(form),
    confirmed: [...new FormData(form).getAll("confirmed")],
    taken_at: new Date(takenAt()).toISOString(),
  };
  return !form.dispatchEvent(new CustomEvent("crs:send", { bubbles: true, cancelable: true, detail }));
}

// The gates, in order: impossible, another's wristband, odd; then the set is sent.
function mayGo(form, gate, takenAt) {
  const refused = firstRefused(form);
  if (refused) {
    refused.focus();
    return false;
  }
  if ("wrongWristband" in form.dataset) {
    form.querySelector("[data-scan]").scrollIntoView();
    return false;
  }
  return gate.isClear() && ("correcting" in form.dataset || !isKeptElsewhere(form, takenAt));
}

function attachSaving(form, takenAt) {
  const save = form.querySelector("[data-save]");
  const words = save.querySelector("span");
  const before = words.textContent;
  let touched = false;
  form.addEventListener("input", () => {
    touched = true;
  });
  const gate = attachAskAgain(form, { takenAt, send: () => form.requestSubmit(save) });
  form.addEventListener("submit", (event) => {
    // An offered conversion is chosen at the server, which asks whatever is left to ask.
    if (event.submitter?.name !== "use" && !mayGo(form, gate, takenAt)) {
      event.preventDefault();
      return;
    }
    touched = false;
    save.disabled = true;
    words.textContent = "Saving…";
  });
  window.addEventListener("pageshow", () => {
    save.disabled = false;
    words.textContent = before;
  });
  window.addEventListener("beforeunload", (event) => {
    if (touched) event.preventDefault();
  });
}

const form = document.querySelector("[data-entry]");
if (form) {
  attachHandSwitch(form);
  attachLimits(form);
  attachOxygen(form);
  attachVasopressors(form);
  attachUntick(form);
  attachPanels(form);
  attachWedge(form);
  const taken = attachTakenAt(form);
  attachSaving(form, taken.instant);
  const keypad = attachKeypad(form);
  const attention = form.querySelector("[data-errors], [data-doubts]");
  if (attention) attention.focus();
  else keypad.start();
}

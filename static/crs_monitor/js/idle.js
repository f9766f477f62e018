// A registered tablet that nobody touches: names are hidden after half a minute, then it locks.
import { raiseLock } from "./lock.js";
import { el } from "./dom.js";

const LIST_SECONDS = 300;
const ENTRY_SECONDS = 60;
const TOLD_EVERY_MS = 10_000;
const TOLD_LOCKED_EVERY_MS = 5_000;
const LOCKED_KEY = "crs-locked";
const root = document.documentElement;
const isEntry = document.querySelector("[data-entry]") !== null;
const isOpen = "owner" in root.dataset;
const namesMs = Number(root.dataset.namesSeconds) * 1000;
const lockMs = (isEntry ? ENTRY_SECONDS : LIST_SECONDS) * 1000;

// Two clocks: one stands still while the tablet sleeps, the other may be set.
let touchedAt = { ran: performance.now(), wall: Date.now() };
let toldAt = performance.now();
let isLocked = false;
let veil = null;

function idleMs() {
  return Math.max(performance.now() - touchedAt.ran, Math.abs(Date.now() - touchedAt.wall));
}

function tokenNow() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function tell(where, content = {}) {
  const reply = await fetch(where, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": tokenNow() },
    body: new URLSearchParams(content),
    credentials: "same-origin",
    redirect: "manual",
    keepalive: true,
  });
  return reply.ok;
}

function remember(locked) {
  try {
    if (locked) sessionStorage.setItem(LOCKED_KEY, "yes");
    else sessionStorage.removeItem(LOCKED_KEY);
  } catch {
    // The server has been told, or will be; only a reload without a network would not know.
  }
}

function wasLocked() {
  try {
    return sessionStorage.getItem(LOCKED_KEY) === "yes";
  } catch {
    return false;
  }
}

function setVeil(isVeiled) {
  root.classList.toggle("is-veiled", isVeiled);
  if (isVeiled && !veil) {
    veil = el("p", "veil", "Names are hidden. Touch the screen.");
    document.body.append(veil);
  } else if (!isVeiled && veil) {
    veil.remove();
    veil = null;
  }
}

async function keepTellingLocked() {
  while (isLocked) {
    try {
      if (await tell("/lock/")) return;
    } catch {
      // No network: the page is locked, and the server hears of it as soon as it can.
    }
    await new Promise((done) => setTimeout(done, TOLD_LOCKED_EVERY_MS));
  }
}

export function lockNow() {
  if (isLocked || !isOpen) return;
  isLocked = true;
  remember(true);
  setVeil(false);
  const told = keepTellingLocked();
  raiseLock({
    told,
    opened() {
      isLocked = false;
      remember(false);
      touched();
    },
    leaving: () => remember(false),
  });
}

// A touch that only lifts the veil must not press what lies under it.
function touched(event) {
  const now = performance.now();
  if (event && idleMs() >= lockMs && isOpen) return;
  touchedAt = { ran: now, wall: Date.now() };
  if (veil) {
    if (event?.type === "pointerdown") swallowClick();
    setVeil(false);
  }
  if (!isOpen || isLocked || now - toldAt < TOLD_EVERY_MS) return;
  toldAt = now;
  tell("/still-here/", { where: isEntry ? "entry" : "list" }).catch(() => {});
}

function swallowClick() {
  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", stop, { capture: true }), 600);
}

function look() {
  if (isLocked) return;
  const idle = idleMs();
  if (isOpen && idle >= lockMs) lockNow();
  else if (!isEntry && idle >= namesMs) setVeil(true);
}

for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
  window.addEventListener(kind, touched, { capture: true, passive: true });
}
document.addEventListener("visibilitychange", look);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // whoever it was of may not hold the tablet now
});
document.querySelector("[data-lock]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  lockNow();
});
setInterval(look, 1000);
if (isOpen && wasLocked()) lockNow();
else if (isEntry) {
  toldAt = -Infinity;
  touched();
}
if (!isOpen) remember(false);

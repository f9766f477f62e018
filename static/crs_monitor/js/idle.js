// A registered tablet that nobody touches: names are hidden after half a minute, then it locks.
import { el } from "./dom.js";
import { noteLocked, noteNobody, noteOpened, noteTablet, notedLock, notedTablet } from "./local_pin.js";
import { raiseLock } from "./lock.js";

const LIST_SECONDS = 300;
const ENTRY_SECONDS = 60;
const TOLD_EVERY_MS = 10_000;
const LOCKED = 204;
const NOBODY = 401;
const root = document.documentElement;
// What is typed about a patient is an entry, whatever page asks for it.
const OF_A_PATIENT = /^\/patients\/\d+\//;
const TYPED_INTO = "main form :is(input:not([type=hidden]), select, textarea)";
const isShell = "shell" in root.dataset;

async function tell(where, content = {}) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const reply = await fetch(where, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": token },
    body: new URLSearchParams(content),
    credentials: "same-origin",
    redirect: "manual",
    keepalive: true,
  });
  return reply.status;
}

// Two clocks: one stands still while the tablet sleeps, the other may be set.
function stopwatch() {
  let at = { ran: performance.now(), wall: Date.now() };
  return {
    restart() {
      at = { ran: performance.now(), wall: Date.now() };
    },
    elapsed: () => Math.max(performance.now() - at.ran, Math.abs(Date.now() - at.wall)),
  };
}

function veilOf() {
  let words = null;
  return {
    isDown: () => words !== null,
    drop() {
      if (words) return;
      root.classList.add("is-veiled");
      words = el("p", "veil", "Names are hidden. Touch the screen.");
      document.body.append(words);
    },
    lift() {
      root.classList.remove("is-veiled");
      words?.remove();
      words = null;
    },
  };
}

// A touch that only lifts the veil must not press what lies under it.
function swallowClick() {
  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", stop, { capture: true }), 600);
}

// `person` is whose page this is; without one there is nothing to lock, only names to hide.
function watch(person, namesSeconds, { afterwards = () => {} } = {}) {
  const hasForm = () => OF_A_PATIENT.test(location.pathname) && document.querySelector(TYPED_INTO) !== null;
  const lockMs = () => (hasForm() ? ENTRY_SECONDS : LIST_SECONDS) * 1000;
  const untouched = stopwatch();
  const veil = veilOf();
  let toldAt = hasForm() ? -Infinity : performance.now();
  let isLocked = false;

  function lock() {
    if (isLocked || !person) return;
    isLocked = true;
    veil.lift();
    noteLocked(person.owner, person.name).catch(() => {});
    raiseLock({
      ...person,
      told: async () => (await tell("/lock/")) === LOCKED,
      opened() {
        isLocked = false;
        noteOpened()
          .then(afterwards)
          .catch(() => {});
        touched();
      },
      leaving: () => noteNobody().catch(() => {}),
    });
  }

  function touched(event) {
    // What was locked by time stays so, even if the timer slept as well.
    if (event && person && untouched.elapsed() >= lockMs()) return lock();
    untouched.restart();
    if (veil.isDown()) {
      if (event?.type === "pointerdown") swallowClick();
      veil.lift();
    }
    if (!person || isShell || isLocked || performance.now() - toldAt < TOLD_EVERY_MS) return undefined;
    toldAt = performance.now();
    return void tell("/still-here/", { where: hasForm() ? "entry" : "list" })
      // Locked there already: the shift is over, or no sign of life came through for too long.
      .then((status) => status === NOBODY && lock())
      .catch(() => {});
  }

  function look() {
    if (isLocked) return;
    if (person && untouched.elapsed() >= lockMs()) lock();
    else if (!hasForm() && untouched.elapsed() >= namesSeconds * 1000) veil.drop();
  }

  for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
    window.addEventListener(kind, touched, { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", look);
  document.querySelector("[data-lock]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    lock();
  });
  setInterval(look, 1000);
  root.dataset.watched = "";
  if (hasForm() && person) touched();
  return lock;
}

async function begin() {
  if (isShell) {
    const tablet = await notedTablet();
    if (!tablet) return;
    const { note } = await import("./offline/idb.js");
    const locked = await notedLock();
    // Locked when it was opened, it has drawn nobody yet.
    const afterwards = () => locked && location.reload();
    const lock = watch(locked ?? (await note("session")) ?? null, tablet.namesSeconds, { afterwards });
    if (locked) lock();
    return;
  }
  const { owner, ownerName, namesSeconds } = root.dataset;
  const locked = owner ? await notedLock().catch(() => null) : null;
  const lock = watch(owner ? { owner, name: ownerName ?? "" } : null, Number(namesSeconds));
  // The tablet was locked without a network, and this page came before the server heard of it.
  if (locked) lock();
  await noteTablet(Number(namesSeconds));
  if (!owner) await noteNobody();
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // whoever it was of may not hold the tablet now
});
begin();

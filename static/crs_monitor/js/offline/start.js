// On every page: keeps what the tablet needs without a network, sends what waits, and says what is not sent.
import { startBanner } from "./banner.js";
import { beat, csrfToken, refreshPack } from "./contact.js";
import { note, setNote } from "./idb.js";
import { queueOf } from "./queue.js";
import { renewGrants, startSync, tellOfChange } from "./sync.js";
import { refill, takeOverSending, takenUpAgain } from "./write_ahead.js";
import { canKeep, openVault, purgeStale } from "./vault.js";

const BEAT_EVERY_MS = 60_000;
const PACK_EVERY_MS = 120_000;
const SETTLE_EVERY_MS = 5_000;
const AGAIN_MS = 8_000;
const WORKER_AGAIN_MS = 15_000;
const page = document.documentElement.dataset;
const isShell = "shell" in page;

// Whose page this is: the server says so, or, on the page kept here, the last one it said it of.
async function whose() {
  if (isShell) return (await note("session"))?.owner ?? null;
  if (page.owner) {
    await setNote("session", { owner: page.owner, name: page.ownerName ?? "" });
    return page.owner;
  }
  if (location.pathname === "/sign-in/") await setNote("session", undefined);
  return null;
}

// The server confirmed these: the page that shows a set is an answer as good as any.
async function forgetStored(owner) {
  for (const { dataset } of document.querySelectorAll("[data-stored]")) {
    await (await queueOf(owner)).remove(dataset.stored);
    tellOfChange({ stored: dataset.stored });
  }
}

function every(milliseconds, work) {
  let again = null;
  const quietly = () => {
    clearTimeout(again);
    // What failed is tried again long before its turn: the network may go before that.
    work().catch(() => {
      again = setTimeout(quietly, AGAIN_MS);
    });
  };
  setInterval(() => document.hidden || quietly(), milliseconds);
  window.addEventListener("online", quietly);
  quietly();
}

function keepInTouch(owner) {
  let isLeaving = false;
  window.addEventListener("beforeunload", () => {
    isLeaving = true;
  });
  document.addEventListener("visibilitychange", () => {
    // Gone dark on purpose: its silence is no news. Going to the next page is not.
    if (document.hidden && !isLeaving) beat(owner, { isOnDuty: false, keepalive: true }).catch(() => {});
    else isLeaving = false;
  });
  every(BEAT_EVERY_MS, async () => {
    if (await beat(owner)) await renewGrants(owner);
  });
  // Who charts nothing has nothing to chart without a network.
  if ("keepsPack" in page || isShell) every(PACK_EVERY_MS, () => refreshPack(owner));
}

// Signed out on this tablet while the server could not hear it: its session must end all the same.
async function settleSignOut() {
  const owed = await note("sign_out_owed");
  if (!owed) return;
  if (!isShell && page.owner !== owed) return setNote("sign_out_owed", undefined);
  const headers = { "X-CSRFToken": csrfToken() };
  const reply = await fetch("/sign-out/", { method: "POST", headers, credentials: "same-origin", redirect: "manual" });
  if (reply.type !== "opaqueredirect") throw new Error("not signed out");
  await setNote("sign_out_owed", undefined);
  location.replace("/sign-in/");
}

// The last word before a person leaves: what is not sent stays here and goes as theirs.
async function signOut(form, owner) {
  const queue = await queueOf(owner).catch(() => null);
  const left = queue ? (await queue.all()).length : 0;
  const words = `${left === 1 ? "1 of your sets is" : `${left} of your sets are`} not sent. Kept on this tablet, sent as yours when there is a network. Call about them now. Sign out?`;
  if (left && !window.confirm(words)) return;
  await beat(owner, { isOnDuty: false }).catch(() => {});
  await (await openVault(owner)).purge();
  await setNote("session", undefined);
  await setNote("sign_out_owed", owner);
  form.submit();
}

export function takeOverSignOut(owner) {
  for (const form of document.querySelectorAll('form[action="/sign-out/"]')) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      signOut(form, owner).catch(() => form.submit());
    });
  }
}

async function begin() {
  await purgeStale();
  const owner = await whose();
  every(SETTLE_EVERY_MS, settleSignOut);
  if (owner !== null) {
    if (!isShell) {
      await openVault(owner);
      await forgetStored(owner);
    }
    takeOverSending(owner, { isShell });
    const form = document.querySelector("[data-entry]");
    if (form) await refill(form, owner);
    takeOverSignOut(owner);
  }
  const sent = await takenUpAgain().catch(() => null);
  await startBanner();
  startSync();
  if (owner !== null) keepInTouch(owner);
  if (owner !== null && !isShell) page.keeps = ""; // from here on a set that is saved is kept
  return { owner, sent };
}

export const ready = canKeep() ? begin() : Promise.resolve({ owner: null, sent: null });
ready.catch(() => {});

function serve() {
  return navigator.serviceWorker.register("/service-worker.js", { scope: "/", updateViaCache: "none" }).catch(() => {});
}

if ("serviceWorker" in navigator && canKeep()) {
  window.addEventListener("load", () => {
    serve();
    navigator.storage?.persist?.();
  });
  // One file that failed to come undoes the whole installation; a page may stay open for a shift.
  setInterval(async () => {
    if (!(await navigator.serviceWorker.getRegistration())) serve();
  }, WORKER_AGAIN_MS);
}

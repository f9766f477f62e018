// A set is kept here before it is sent: whatever happens to the request, the answer, the page or
// the battery, it is not lost; and its number makes sure that it is not stored twice.
import { clockOffset, serverNow } from "./contact.js";
import { ownQueue, queueOf, State } from "./queue.js";
import { sync, tellOfChange } from "./sync.js";
import { openVault } from "./vault.js";

const SENT = "crs-sent";
const NOT_KEPT = new Set(["csrfmiddlewaretoken"]);
const NOT_REFILLED = new Set(["csrfmiddlewaretoken", "client_id", "confirmed"]);

// Minutes between two wall-clock readings of one zone, whatever the zone is.
function minutesBetween(from, to) {
  const at = (text) => Date.parse(`${text.slice(0, 16)}:00Z`);
  const minutes = (at(to) - at(from)) / 60_000;
  return Number.isFinite(minutes) ? minutes : 0;
}

// A correction answers to what the server has now; it is not typed without it.
function isCorrection() {
  return new URLSearchParams(location.search).has("correct");
}

// Asked for now, for it is thrown away with the vault: the set must not lose its author.
async function leaveOf(owner) {
  return (await openVault(owner, { signedIn: false })).get("grant", "grant");
}

// The form as it stands, with the times by the server's clock.
export async function setOf(form, owner, detail) {
  const fields = [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string");
  const taken = form.elements.taken_at;
  const captured_at = await serverNow();
  const minutes_ago = taken ? Math.max(0, minutesBetween(taken.value, taken.max || taken.value)) : 0;
  const grant = await leaveOf(owner).catch(() => null);
  return {
    client_id: form.elements.client_id.value,
    patient_id: Number(form.dataset.patientId ?? location.pathname.split("/")[2]),
    patient_label: form.closest("body").querySelector(".strip__name")?.textContent.trim() ?? "",
    fields,
    measured_at: captured_at - minutes_ago * 60_000,
    captured_at,
    offset_ms: await clockOffset(),
    // By the names of the rules on this tablet; the server reads the fields.
    values: { ...detail?.values, taken_at: new Date(captured_at - minutes_ago * 60_000).toISOString() },
    grant: grant ?? null,
  };
}

function refilled() {
  return new URLSearchParams(location.search).get("unsent");
}

// A refused set is back in the form, as it was typed; what is sent from there takes its place.
export async function refill(form, owner) {
  const item = refilled() && (await (await queueOf(owner)).get(refilled()));
  if (!item) return;
  const typed = Map.groupBy(item.fields, ([name]) => name);
  for (const control of form.elements) {
    if (!control.name || NOT_REFILLED.has(control.name)) continue;
    const texts = (typed.get(control.name) ?? []).map(([, text]) => text);
    if (control.type === "radio" || control.type === "checkbox") control.checked = texts.includes(control.value);
    else control.value = texts[0] ?? "";
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

async function forgetRefilled(queue, item) {
  if (refilled() && refilled() !== item.client_id) await queue.remove(refilled());
}

function remember(value) {
  try {
    if (value) sessionStorage.setItem(SENT, JSON.stringify(value));
    else sessionStorage.removeItem(SENT);
  } catch {
    // The lease of the set runs out by itself, and it is sent then.
  }
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(SENT));
  } catch {
    return null;
  }
}

function showSaving(form) {
  const save = form.querySelector("[data-save]");
  if (!save) return;
  save.disabled = true;
  save.querySelector("span").textContent = "Saving…";
}

async function writeAndSend(form, owner, detail) {
  try {
    const queue = await ownQueue(owner);
    const item = await queue.keep(await setOf(form, owner, detail), { state: State.SENDING });
    showSaving(form); // from here on it cannot be lost
    form.elements.client_id.value = item.client_id;
    const kept = item.fields.find(([name]) => name === "taken_at");
    if (kept) form.elements.taken_at.value = kept[1];
    form.dataset.clientId = item.client_id;
    await forgetRefilled(queue, item);
    remember({ owner, client_id: item.client_id, path: location.pathname });
  } catch {
    // Nothing could be kept; the form goes as it always did.
  }
  // It is on its way by intent: no page need ask whether to leave.
  window.addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true, once: true });
  HTMLFormElement.prototype.submit.call(form);
}

// The kept page has no server to submit to: the set waits, is tried at once, and its outcome is shown.
async function keepAndTry(form, owner, detail) {
  const queue = await queueOf(owner);
  const item = await queue.keep(await setOf(form, owner, detail));
  await forgetRefilled(queue, item);
  tellOfChange({ kept: item.client_id });
  document.dispatchEvent(new CustomEvent("crs:kept", { detail: { item, form } }));
  sync({ isForced: true }).catch(() => {});
}

// What came of the set that the last page sent? A form with errors in it: it is back in front of
// who typed it. Anything else that does not confirm it: it waits, and the server is asked again.
export async function takenUpAgain() {
  const sent = remembered();
  if (!sent) return null;
  remember(null);
  const queue = await queueOf(sent.owner);
  const item = await queue.get(sent.client_id);
  if (item?.state !== State.SENDING) return item ?? null;
  const form = document.querySelector("[data-entry]");
  const cameBack = form && !("shell" in document.documentElement.dataset) && !("fresh" in form.dataset);
  if (cameBack && location.pathname === sent.path) await queue.remove(sent.client_id);
  else await queue.change(sent.client_id, { state: State.WAITING, next_at: 0 });
  tellOfChange();
  return item;
}

export function takeOverSending(owner, { isShell }) {
  const busy = new WeakSet();
  document.addEventListener("crs:send", (event) => {
    const form = event.target;
    if (isCorrection()) return;
    event.preventDefault();
    if (busy.has(form)) return;
    busy.add(form);
    const work = isShell ? keepAndTry : writeAndSend;
    work(form, owner, event.detail).finally(() => busy.delete(form));
  });
}

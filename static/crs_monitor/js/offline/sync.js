// Sends what waits, in the order in which it was measured, one tab at a time, until the server confirms.
import { clockOffset, post, tabletNumber } from "./contact.js";
import { due, LONGEST_WAIT_MS, queueOf, State, waitAfter } from "./queue.js";
import { openVault } from "./vault.js";

const LOOK_EVERY_MS = 2_000;
const news = new BroadcastChannel("crs-queue");

// Another tab hears it by the channel, this one by the event.
export function tellOfChange(detail = {}) {
  news.postMessage(detail);
  document.dispatchEvent(new CustomEvent("crs:queue", { detail }));
}
news.onmessage = ({ data }) => document.dispatchEvent(new CustomEvent("crs:queue", { detail: data }));

async function envelope(item) {
  return {
    client_id: item.client_id,
    patient_id: item.patient_id,
    fields: item.fields,
    grant: item.grant ?? "",
    captured_at: new Date(item.captured_at).toISOString(),
    clock: { offset_ms_when_typed: item.offset_ms, offset_ms_when_sent: await clockOffset() },
    tablet: await tabletNumber(),
  };
}

// An answer counts only when it names the very set: a proxy's page of its own is none.
async function answerTo(item, reply) {
  try {
    const said = await reply.json();
    return said.client_id === item.client_id ? { status: reply.status, ...said } : null;
  } catch {
    return null;
  }
}

async function confirmed(queue, item, said) {
  await queue.remove(item.client_id);
  tellOfChange({ stored: item.client_id, url: said.url, near: said.near ?? [] });
}

async function send(queue, item) {
  const isDiscard = item.state === State.DISCARDED;
  const body = await envelope(item);
  if (isDiscard) body.reason = item.reason;
  const reply = await post(isDiscard ? "/tablet/discarded.json" : "/tablet/queued.json", body);
  const said = await answerTo(item, reply);
  if (said && (said.stored || said.discarded)) return confirmed(queue, item, said);
  if (!said?.errors || reply.status >= 500) throw new Error(`no answer about this set: ${reply.status}`);
  await queue.change(item.client_id, {
    // What was discarded stays discarded; only its leave may be missing.
    state: isDiscard ? State.DISCARDED : State.REFUSED,
    next_at: Date.now() + LONGEST_WAIT_MS,
    needs_grant: reply.status === 401,
    errors: said.errors,
  });
  tellOfChange({ refused: item.client_id });
}

async function sendAll(isForced) {
  const rows = await due(isForced ? Number.MAX_SAFE_INTEGER : Date.now());
  for (const { owner, key } of rows) {
    const queue = await queueOf(owner);
    let item;
    try {
      item = await queue.get(key);
    } catch {
      continue; // sealed with a key that is gone: the list of unsent sets says so
    }
    if (!item) continue; // another tab was first
    try {
      await send(queue, item);
    } catch {
      const attempts = item.attempts + 1;
      await queue.change(key, { attempts, next_at: Date.now() + waitAfter(attempts) });
      return; // the others would fail alike, and must not overtake
    }
  }
}

// Sends what is due; with `isForced` what still waits for its turn as well.
export async function sync({ isForced = false } = {}) {
  if (!navigator.locks) return sendAll(isForced);
  return navigator.locks.request("crs-sync", { ifAvailable: !isForced }, (lock) => lock && sendAll(isForced));
}

// Their author is back: what the server could not ascribe any more goes with a new leave.
export async function renewGrants(owner) {
  const grant = await (await openVault(owner)).get("grant", "grant");
  const queue = await queueOf(owner);
  for (const { value, unreadable } of await queue.all()) {
    if (unreadable || !value.needs_grant) continue;
    const state = value.state === State.REFUSED ? State.WAITING : value.state;
    await queue.change(value.client_id, { grant, state, needs_grant: false, errors: [], next_at: Date.now() });
  }
}

export function startSync() {
  const quietly = (options) => sync(options).catch(() => {});
  setInterval(quietly, LOOK_EVERY_MS);
  window.addEventListener("online", () => quietly({ isForced: true }));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) quietly();
  });
  quietly();
}

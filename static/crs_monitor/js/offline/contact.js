// What the tablet knows of the server: its time, the leave to send sets as who typed them, and the ward's pack.
import { note, setNote } from "./idb.js";
import { unsent } from "./queue.js";
import { openVault } from "./vault.js";

const TIMEOUT_MS = 10_000;

// The session's token changes when somebody else signs in; the cookie always has the newest.
export function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

export function ask(url, options = {}) {
  return fetch(url, {
    cache: "no-store",
    credentials: "same-origin",
    redirect: "error", // a redirect is the sign-in page, and no answer
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...options,
    headers: { Accept: "application/json", ...options.headers },
  });
}

export function post(url, body, options = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  return ask(url, { method: "POST", body: JSON.stringify(body), headers, ...options });
}

// This tablet's number, made once; it names no person and no place.
export async function tabletNumber() {
  const known = await note("tablet");
  if (known) return known;
  const made = crypto.randomUUID();
  await setNote("tablet", made);
  return made;
}

// Milliseconds to add to this tablet's clock, as last compared; null before the first time.
export async function clockOffset() {
  return (await note("clock"))?.offset_ms ?? null;
}

export async function serverNow() {
  return Date.now() + ((await clockOffset()) ?? 0);
}

async function sayings(isOnDuty) {
  const { count, oldest } = await unsent();
  const offset = await clockOffset();
  return {
    tablet: await tabletNumber(),
    unsent: count,
    oldest_at: oldest === null ? null : new Date(oldest).toISOString(),
    is_on_duty: isOnDuty,
    clock_off_seconds: offset === null ? null : -Math.round(offset / 1000),
  };
}

// Tells the server what this tablet holds, and keeps what it answers. Throws without a network.
export async function beat(owner, { isOnDuty = true, ...options } = {}) {
  const said = await sayings(isOnDuty);
  const before = Date.now();
  const reply = await post("/tablet/beat.json", said, options);
  const after = Date.now();
  if (!reply.ok) throw new Error(`beat: ${reply.status}`);
  const heard = await reply.json();
  const offset_ms = Math.round(Date.parse(heard.server_time) - (before + after) / 2);
  await setNote("clock", { offset_ms, at: after });
  // Somebody else may have signed in on this tablet while the question was on its way.
  if (String(heard.owner) !== String(owner)) return null;
  const vault = await openVault(owner);
  await vault.touch();
  if (heard.grant) await vault.put("grant", "grant", heard.grant);
  return heard;
}

// Fetches the ward's pack unless it is the one already kept.
export async function refreshPack(owner) {
  const vault = await openVault(owner);
  const known = await vault.get("pack", "pack");
  const reply = await ask("/tablet/pack.json", known ? { headers: { "If-None-Match": known.etag } } : {});
  if (reply.status === 304) return;
  if (!reply.ok) throw new Error(`pack: ${reply.status}`);
  const pack = await reply.json();
  if (String(pack.owner) !== String(owner)) return;
  await vault.put("pack", "pack", { ...pack, etag: reply.headers.get("ETag") });
  await setNote("phones", pack.wards.flatMap(({ name, phones }) => phones.map((each) => ({ ward: name, ...each }))));
}

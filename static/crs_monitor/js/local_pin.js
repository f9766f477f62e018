// While no server answers, the person whose tablet it was may open it again with the PIN that the
// server took last. Nobody else can: no other PIN is known here, and what is known is sealed.
import { note, setNote } from "./offline/idb.js";
import { canKeep, openVault } from "./offline/vault.js";

const STORE = "pin";
const ITERATIONS = 600_000; // OWASP for PBKDF2 with SHA-256
const MOST_WRONG = 5;
const text = new TextEncoder();

async function stretched(pin, salt) {
  const key = await crypto.subtle.importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: Uint8Array.from(salt), iterations: ITERATIONS };
  return [...new Uint8Array(await crypto.subtle.deriveBits(how, key, 256))];
}

// Begun while the server looks at the PIN; keep it only once the server has taken it.
export async function prepared(pin) {
  if (!canKeep() || !pin) return null;
  const salt = [...crypto.getRandomValues(new Uint8Array(16))];
  return { salt, hash: await stretched(pin, salt), wrong: 0 };
}

export async function rememberPin(owner, preparing) {
  const known = await preparing;
  if (known) await (await openVault(owner)).put(STORE, STORE, known);
}

export async function canTryPin(owner) {
  try {
    const known = await (await openVault(owner, { signedIn: false })).get(STORE, STORE);
    return known !== undefined && known.wrong < MOST_WRONG;
  } catch {
    return false; // signed out, or too long without the server
  }
}

// Counted before it is looked at; after the fifth wrong one only the server can help.
export async function tryPin(owner, pin) {
  const vault = await openVault(owner, { signedIn: false });
  const known = await vault.get(STORE, STORE);
  if (!known || known.wrong >= MOST_WRONG) return false;
  await vault.put(STORE, STORE, { ...known, wrong: known.wrong + 1 });
  const hash = await stretched(pin, known.salt);
  const isRight = hash.length === known.hash.length && hash.every((byte, at) => byte === known.hash[at]);
  if (isRight) await vault.put(STORE, STORE, { ...known, wrong: 0 });
  return isRight;
}

// The pages kept on the tablet show nobody's patients while it is locked.
export async function noteLocked(owner, name) {
  if (!canKeep()) return;
  await setNote("locked", { owner, name });
  await setNote("session", undefined);
}

export async function noteOpened() {
  const locked = canKeep() && (await note("locked"));
  if (!locked) return;
  await setNote("session", locked);
  await setNote("locked", undefined);
}

export async function notedLock() {
  return canKeep() ? ((await note("locked")) ?? null) : null;
}

// The server showed a page to nobody: the kept pages show nobody either.
export async function noteNobody() {
  if (!canKeep()) return;
  await setNote("session", undefined);
  await setNote("locked", undefined);
}

// The kept page is the same for everybody: whether it lies on a tablet it learns here.
export async function noteTablet(namesSeconds) {
  if (!canKeep()) return;
  await setNote("shared_tablet", namesSeconds ? { namesSeconds } : undefined);
}

export async function notedTablet() {
  return canKeep() ? ((await note("shared_tablet")) ?? null) : null;
}

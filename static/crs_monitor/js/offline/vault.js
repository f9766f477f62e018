// Keeps what a ward's tablet needs without a network, sealed for one signed-in person each.
//
// AES-GCM with a key that no script can read out. It is thrown away with all it sealed when its
// person signs out, or twelve hours after the server was last heard. Sets that are not sent yet
// outlive both: they go when the server has them, or when a person discards them with a reason.
//
// The name of a store and of an item are not sealed: they must say nothing about a patient.
import { within } from "./idb.js";

export const HOURS_WITHOUT_CONTACT = 12;
const LONGEST_MS = HOURS_WITHOUT_CONTACT * 3_600_000;
const OUTLIVES_PURGE = new Set(["queue"]);
const text = new TextEncoder();

export class VaultGoneError extends Error {}

// Without these the pages work as ever, and nothing is kept. Plain http offers no crypto but on this very machine.
export function canKeep() {
  return Boolean(globalThis.isSecureContext && globalThis.crypto?.subtle && globalThis.indexedDB);
}

// The distance, not the difference: a tablet's clock may have been set back.
function isStale(person, now) {
  return person.contact_at === null || Math.abs(now - person.contact_at) > LONGEST_MS;
}

function boundTo(owner, store, key) {
  return text.encode(JSON.stringify([owner, store, key]));
}

function itemsOf(store, owner) {
  return store("items").index("of").getAll(IDBKeyRange.bound([owner, ""], [owner, "\uffff"]));
}

async function emptied(store, wait, owner) {
  const rows = await wait(itemsOf(store, owner));
  const kept = rows.filter((row) => OUTLIVES_PURGE.has(row.store));
  for (const row of rows) if (!OUTLIVES_PURGE.has(row.store)) store("items").delete([row.owner, row.store, row.key]);
  if (kept.length === 0) store("people").delete(owner);
  else {
    const person = await wait(store("people").get(owner));
    if (person) store("people").put({ ...person, contact_at: null });
  }
}

class Vault {
  constructor(owner, person, clock) {
    this.owner = owner;
    this.person = person;
    this.clock = clock;
  }

  // `mark` is kept in the clear beside the item, for what a page must count without a key.
  async put(store, key, value, mark = null) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealing = { name: "AES-GCM", iv, additionalData: boundTo(this.owner, store, key) };
    const sealed = await crypto.subtle.encrypt(sealing, this.person.key, text.encode(JSON.stringify(value)));
    const row = { owner: this.owner, store, key, iv, sealed, mark };
    await within(["people", "items"], "readwrite", async (open, wait) => {
      const person = await wait(open("people").get(this.owner));
      // Another tab may have signed out: what this key seals, nobody could open.
      if (person?.number !== this.person.number) throw new VaultGoneError("the vault was emptied");
      if (person.contact_at === null && !OUTLIVES_PURGE.has(store)) throw new VaultGoneError("signed out");
      open("items").put(row);
    });
  }

  async get(store, key) {
    const row = await within(["people", "items"], "readonly", async (open, wait) => {
      await this.#mustBeFresh(store, open, wait);
      return wait(open("items").get([this.owner, store, key]));
    });
    return row === undefined ? undefined : this.#opened(row);
  }

  // Every item as {key, value, mark}; one that cannot be opened any more says so and has no value.
  async all(store) {
    const rows = await within(["people", "items"], "readonly", async (open, wait) => {
      await this.#mustBeFresh(store, open, wait);
      return wait(open("items").index("of").getAll([this.owner, store]));
    });
    const open = async (row) => {
      try {
        return { key: row.key, value: await this.#opened(row), mark: row.mark };
      } catch {
        return { key: row.key, value: undefined, mark: row.mark, unreadable: true };
      }
    };
    return Promise.all(rows.map(open));
  }

  remove(store, key) {
    return within(["people", "items"], "readwrite", async (open, wait) => {
      open("items").delete([this.owner, store, key]);
      const person = await wait(open("people").get(this.owner));
      const left = await wait(itemsOf(open, this.owner));
      // Signed out before the last set had gone: with it goes the key.
      if (person?.contact_at === null && left.every((row) => row.store === store && row.key === key)) {
        open("people").delete(this.owner);
      }
    });
  }

  // The server was heard: the twelve hours begin anew.
  touch() {
    return within(["people"], "readwrite", async (open, wait) => {
      const person = await wait(open("people").get(this.owner));
      if (person?.number === this.person.number && person.contact_at !== null) {
        open("people").put({ ...person, contact_at: this.clock() });
      }
    });
  }

  purge() {
    return within(["people", "items"], "readwrite", (open, wait) => emptied(open, wait, this.owner));
  }

  async #mustBeFresh(store, open, wait) {
    if (OUTLIVES_PURGE.has(store)) return;
    const person = await wait(open("people").get(this.owner));
    if (person?.number !== this.person.number || isStale(person, this.clock())) {
      throw new VaultGoneError("signed out, or too long without the server");
    }
  }

  async #opened(row) {
    const sealing = { name: "AES-GCM", iv: row.iv, additionalData: boundTo(row.owner, row.store, row.key) };
    const bytes = await crypto.subtle.decrypt(sealing, this.person.key, row.sealed);
    return JSON.parse(new TextDecoder().decode(bytes));
  }
}

// Opens a person's vault. Only a page that the server gave to this very person may make a new one,
// or bring one back to life: `signedIn` says that it is such a page.
export async function openVault(owner, { signedIn = true, clock = Date.now } = {}) {
  const who = String(owner);
  await purgeStale(clock);
  const made = signedIn && {
    owner: who,
    number: crypto.randomUUID(),
    key: await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
    contact_at: clock(),
  };
  const person = await within(["people"], "readwrite", async (open, wait) => {
    const known = await wait(open("people").get(who));
    if (known && (known.contact_at !== null || !signedIn)) return known;
    if (!made) throw new VaultGoneError("nobody with this number has signed in here");
    // The key is kept while unsent sets are sealed with it.
    const fresh = known ? { ...known, contact_at: clock() } : made;
    open("people").put(fresh);
    return fresh;
  });
  return new Vault(who, person, clock);
}

export async function owners() {
  return within(["people"], "readonly", (open, wait) => wait(open("people").getAllKeys()));
}

// Every item of a store, whoever owns it, by what stands beside it in the clear.
export async function marks(store) {
  const rows = await within(["items"], "readonly", (open, wait) => wait(open("items").index("in").getAll(store)));
  return rows.map(({ owner, key, mark }) => ({ owner, key, mark }));
}

export function purgeStale(clock = Date.now) {
  return within(["people", "items"], "readwrite", async (open, wait) => {
    for (const person of await wait(open("people").getAll())) {
      if (person.contact_at !== null && isStale(person, clock())) await emptied(open, wait, person.owner);
    }
  });
}

export function purgeAll() {
  return within(["people", "items"], "readwrite", async (open, wait) => {
    for (const owner of await wait(open("people").getAllKeys())) await emptied(open, wait, owner);
  });
}

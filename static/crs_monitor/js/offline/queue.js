// The sets that the server has not confirmed. A set stands here before it is sent, and stays until
// the server says that it is stored, or a person discards it with a reason: never dropped in silence.
import { marks, openVault } from "./vault.js";

const STORE = "queue";
// So long a set that the page is sending by itself is left to it.
const SAME_WITHIN_MS = 180_000;
export const LEASE_MS = 12_000;

export const State = Object.freeze({
  SENDING: "sending", // handed to the form of the page; nobody has answered yet
  WAITING: "waiting", // to be sent as soon as there is a network
  REFUSED: "refused", // the server said no, in words: to be corrected or discarded
  DISCARDED: "discarded", // a person gave a reason; the server is still to be told
});

// In a duplicate of a tab the minute may have turned since: it is the same set all the same.
function same(one, other) {
  const content = ({ patient_id, fields }) => JSON.stringify([patient_id, fields.filter(([name]) => name !== "taken_at")]);
  const isClose = Math.abs(one.measured_at - other.measured_at) < SAME_WITHIN_MS;
  return isClose && content(one) === content(other);
}

// What may be read without a key: no value, no name, no patient.
function markOf(item) {
  const { state, measured_at, captured_at, lease_until, attempts, next_at } = item;
  return { state, measured_at, captured_at, lease_until, attempts, next_at };
}

class Queue {
  constructor(vault) {
    this.vault = vault;
  }

  // Sealing takes a moment; another tab must not change the item between the reading and the writing.
  #alone(work) {
    return navigator.locks ? navigator.locks.request("crs-queue", work) : work();
  }

  #store(item) {
    return this.vault.put(STORE, item.client_id, item, markOf(item)).then(() => item);
  }

  get(clientId) {
    return this.vault.get(STORE, clientId);
  }

  all() {
    return this.vault.all(STORE);
  }

  // Keeps a set. The same set again is the same item. Another set under a number that is taken
  // (a form brought back by the Back key) gets a number of its own: which of the two the server
  // has is not known here, so both are kept.
  keep(set, { state = State.WAITING, now = Date.now() } = {}) {
    return this.#alone(async () => {
      const known = await this.get(set.client_id);
      if (known && same(known, set)) {
        const isWaiting = known.state === State.REFUSED || state === State.WAITING;
        return this.#store({ ...known, ...(isWaiting ? { state, next_at: now } : { lease_until: now + LEASE_MS }) });
      }
      const client_id = known ? crypto.randomUUID() : set.client_id;
      const fields = set.fields.map(([name, value]) => [name, name === "client_id" ? client_id : value]);
      const lease_until = state === State.SENDING ? now + LEASE_MS : 0;
      return this.#store({ ...set, client_id, fields, state, lease_until, attempts: 0, next_at: now });
    });
  }

  // Undefined when it is gone: what was confirmed meanwhile does not come back.
  change(clientId, changes) {
    return this.#alone(async () => {
      const item = await this.get(clientId);
      return item === undefined ? undefined : this.#store({ ...item, ...changes });
    });
  }

  remove(clientId) {
    return this.#alone(() => this.vault.remove(STORE, clientId));
  }
}

export async function queueOf(owner) {
  return new Queue(await openVault(owner, { signedIn: false }));
}

// For the page of this very person: makes the vault when there is none.
export async function ownQueue(owner) {
  return new Queue(await openVault(owner));
}

function isUnsent({ mark }, now, grace) {
  if (mark.state === State.DISCARDED) return false;
  return mark.state !== State.SENDING || Math.abs(now - mark.captured_at) >= grace;
}

// How many sets of anybody the server has not confirmed, and when the oldest was measured.
// One that is being saved counts after `grace` milliseconds of the server's clock.
export async function unsent({ now = 0, grace = 0 } = {}) {
  const found = (await marks(STORE)).filter((row) => isUnsent(row, now, grace));
  const oldest = found.length ? Math.min(...found.map(({ mark }) => mark.measured_at)) : null;
  return { count: found.length, refused: found.filter(({ mark }) => mark.state === State.REFUSED).length, oldest };
}

// Whose sets may be sent now, in the order in which they were measured.
export async function due(now = Date.now()) {
  const free = ({ mark }) => {
    if (mark.state === State.REFUSED) return false;
    // The distance again: a clock set back must not hold a set for hours.
    if (mark.state === State.SENDING && mark.lease_until > now && mark.lease_until - now <= LEASE_MS) return false;
    return mark.next_at <= now || mark.next_at - now > LONGEST_WAIT_MS;
  };
  const rows = (await marks(STORE)).filter(free);
  return rows.sort((a, b) => a.mark.measured_at - b.mark.measured_at || a.mark.captured_at - b.mark.captured_at);
}

const FIRST_WAIT_MS = 1_000;
export const LONGEST_WAIT_MS = 30_000;

// One second, then twice as long each time, at most half a minute; a ward's tablets must not all ask at once.
export function waitAfter(attempts, chance = Math.random) {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 10));
  return most / 2 + (chance() * most) / 2;
}

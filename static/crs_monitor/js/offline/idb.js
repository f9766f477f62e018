// The browser's own database, with promises: opened once a page, opened anew when another tab has taken it away.

const NAME = "crs-vault";
const VERSION = 1;
let opened = null;

function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function create(database) {
  database.createObjectStore("people", { keyPath: "owner" });
  database.createObjectStore("notes", { keyPath: "name" });
  const items = database.createObjectStore("items", { keyPath: ["owner", "store", "key"] });
  items.createIndex("of", ["owner", "store"]);
  items.createIndex("in", "store");
}

async function open() {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => create(request.result);
  const database = await promised(request);
  const forget = () => {
    opened = null;
  };
  database.onclose = forget;
  database.onversionchange = () => {
    database.close();
    forget();
  };
  return database;
}

// Runs `work` in one transaction and answers only once the disk has it: a set must outlive a flat battery.
export async function within(stores, mode, work) {
  opened ??= open().catch((error) => {
    opened = null;
    throw error;
  });
  const transaction = (await opened).transaction(stores, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new DOMException("refused", "AbortError"));
  });
  done.catch(() => {}); // told by the await below, or by what failed before it
  const answer = await work((name) => transaction.objectStore(name), promised);
  await done;
  return answer;
}

// Notes are for the tablet itself: its number, its clock, who works on it. Never about a patient.
export async function note(name) {
  const row = await within(["notes"], "readonly", (store, wait) => wait(store("notes").get(name)));
  return row?.value;
}

export function setNote(name, value) {
  return within(["notes"], "readwrite", (store, wait) =>
    wait(value === undefined ? store("notes").delete(name) : store("notes").put({ name, value })),
  );
}

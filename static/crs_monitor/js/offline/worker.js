// The service worker: opens the pages without a network, from files that are the same for everybody.
//
// Nothing that a signed-in person was sent is ever put into a cache: only the files of the list
// above, and one page without anybody in it, which draws what the person's vault holds.

const CACHE = `crs-${KEPT.version}`;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const GATEWAY = new Set([502, 503, 504]);
const PATIENCE_MS = 8_000;
// Shortly after a silence the next page need not wait as long to learn of it.
const IMPATIENCE_MS = 2_500;
const SILENCE_LASTS_MS = 15_000;
const NOT_OURS = /^\/(admin|api|health|demo)\//;
let silentAt = -Infinity;

const kept = new Set(KEPT.files);
const isSilent = () => performance.now() - silentAt < SILENCE_LASTS_MS;

self.addEventListener("install", (event) => {
  const fresh = (url) => new Request(url, { cache: "reload", credentials: "omit" });
  const fill = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([KEPT.shell, ...KEPT.files].map(fresh));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

function keptOf(url) {
  return caches.match(url, { cacheName: CACHE, ignoreVary: true });
}

// A request that hangs is as good as lost; it cannot be called back, so what comes of it later is let go.
function inTime(request, patience) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException("no answer in time", "TimeoutError")), patience);
    fetch(request).then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function page(request) {
  try {
    const answer = await inTime(request, isSilent() ? IMPATIENCE_MS : PATIENCE_MS);
    if (!GATEWAY.has(answer.status)) {
      silentAt = -Infinity;
      return answer;
    }
  } catch {
    // The shell says what is known; what was sent is in the vault.
  }
  silentAt = performance.now();
  return (await keptOf(KEPT.shell)) ?? Response.error();
}

async function file(request) {
  const path = new URL(request.url).pathname;
  if (HASHED.test(path) || isSilent()) {
    const known = await keptOf(path);
    if (known) return known;
  }
  try {
    return await inTime(request, IMPATIENCE_MS);
  } catch (error) {
    silentAt = performance.now();
    const known = await keptOf(path);
    if (known) return known;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && !NOT_OURS.test(url.pathname)) event.respondWith(page(request));
  else if (request.method === "GET" && kept.has(url.pathname)) event.respondWith(file(request));
});

// Asks for the figure, the first time while the page is still being read: the chart library takes the browser as long as the figure takes the server.

const FETCH_TIMEOUT_MS = 20_000;
const OF_THE_PAGE = location.pathname.replace(/\/$/, ".json");

function request(address, { etag = null, signals = [] } = {}) {
  return fetch(address, {
    headers: { Accept: "application/json", ...(etag && { "If-None-Match": etag }) },
    cache: "no-store",
    credentials: "same-origin",
    redirect: "error",
    signal: AbortSignal.any([...signals, AbortSignal.timeout(FETCH_TIMEOUT_MS)]),
  });
}

let early = request(OF_THE_PAGE);
// Whoever takes it hears of the failure; until then nobody does.
early.catch(() => {});

/** The reply for an address: the one already on its way, once, else a new one. */
export function ask(address, { etag, signal }) {
  const waiting = early;
  early = null;
  return waiting && address === OF_THE_PAGE && !etag ? waiting : request(address, { etag, signals: [signal] });
}

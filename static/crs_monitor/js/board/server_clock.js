// The server's time, carried on by this page's own monotonic clock: a tablet's wall clock may be set.

export function serverClock() {
  let said = null; // { seconds, at }
  let lastAnswerAt = null;
  return {
    heard(seconds) {
      lastAnswerAt = performance.now();
      if (Number.isFinite(seconds) && seconds > 0) said = { seconds, at: lastAnswerAt };
    },
    forget() {
      lastAnswerAt = null;
    },
    now: () => (said ? said.seconds + (performance.now() - said.at) / 1000 : Date.now() / 1000),
    silentMs: () => (lastAnswerAt === null ? Infinity : performance.now() - lastAnswerAt),
  };
}

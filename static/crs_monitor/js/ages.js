// Spans of time in the words of screens/labels.py, so that a page and the server say the same.

const MINUTE_MS = 60_000;

// “42 min”, “3 h 58 min” or “2 d 3 h”; a negative span reads as its length.
export function duration(milliseconds) {
  const minutes = Math.floor(Math.abs(milliseconds) / MINUTE_MS);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days) return hours ? `${days} d ${hours} h` : `${days} d`;
  if (hours) return rest ? `${hours} h ${rest} min` : `${hours} h`;
  return `${rest} min`;
}

// How long ago something was; what a clock that differs puts into the future was just now.
export function ago(milliseconds) {
  return milliseconds < MINUTE_MS ? "just now" : `${duration(milliseconds)} ago`;
}

// What only the clock changes on a tile: when the next set is due, and how old things are.
import { ago, duration } from "../ages.js";
import { standing } from "../countdown.js";

export const NO_SET_FOR_SECONDS = 6 * 3600;

export const TRENDS = { worse: "Worse", same: "Same", better: "Better", unknown: "Trend unknown" };

// { state, words, ratio } of the next set; who is away or asleep is not asked for one.
export function dueOf(tile, now) {
  const { at, interval_s: interval, grace_s: grace, paused_until: back, asleep_until: asleep } = tile.due;
  if (at === null) return { state: "none", words: tile.set_at === null ? "No set charted" : "No set planned", ratio: 0 };
  if (tile.due.elsewhere !== null) return { state: "none", words: tile.due.elsewhere, ratio: 0 };
  if (back !== null) {
    const late = now - back;
    return late > 0
      ? { state: "overdue", words: `Not back: ${duration(late * 1000)} late`, ratio: 0 }
      : { state: "none", words: `Off ward, back in ${duration(late * 1000)}`, ratio: 0 };
  }
  if (asleep !== null) return { state: "none", words: "Asleep by order", ratio: 0 };
  const { state, words } = standing(at - now, grace, interval);
  return { state, words, ratio: Math.max(0, Math.min(1, (now - at) / interval)) };
}

export function isLate(tile, now) {
  const { state } = dueOf(tile, now);
  return state === "overdue" || state === "missed";
}

export function setAge(tile, now) {
  return tile.set_at === null ? "No set charted" : `Set ${ago((now - tile.set_at) * 1000)}`;
}

// “8 min”, short for a tile.
export function age(at, now) {
  const span = Math.max(0, now - at) * 1000;
  return span < 60_000 ? "now" : duration(span);
}

export function unanswered(tile) {
  return tile.alerts.filter((alert) => alert.state === "open");
}

export function isAlarm(tile) {
  return unanswered(tile).some((alert) => alert.severity === "P1");
}

export function initials(name) {
  const parts = name.split(/\s+/).filter((part) => /^[\p{L}\p{N}]/u.test(part));
  const ends = parts.length > 1 ? [parts[0], parts.at(-1)] : parts;
  return ends.map((part) => part[0]).join("").toUpperCase();
}

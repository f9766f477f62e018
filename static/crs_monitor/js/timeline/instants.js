// The chart's instants are UTC without a sign; the ward's clock, and the ticks of each way to count, are made from them.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const QUARTER = HOUR / 4;

/** Reads “2026-03-01T03:00:00” or what the chart library makes of it as milliseconds. */
export function ms(instant) {
  const text = String(instant).replace(" ", "T");
  return Date.parse(text.includes("T") ? `${text}Z` : `${text}T00:00:00Z`);
}

export function instant(time) {
  return new Date(time).toISOString().slice(0, 19);
}

/** Says an age in its largest unit: “12 min”, “3 h”, “2 d”. */
export function age(span) {
  const minutes = Math.floor(span / 60_000);
  if (minutes < 60) return `${minutes} min`;
  return minutes < 1440 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

export class WardClock {
  constructor(guide) {
    const zone = guide.zone;
    this.guide = guide;
    this.time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short" });
    this.date = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    this.zero = guide.day_zero && Date.parse(this.date.format(ms(guide.day_zero)));
    this.midnights = guide.midnights.map(ms);
  }

  /** “D5”: calendar days of the ward are subtracted, never hours, so no change of clocks shifts one. */
  dayOf(time) {
    if (!this.zero) return "";
    return `D${Math.round((Date.parse(this.date.format(time)) - this.zero) / DAY)}`.replace("-", "−");
  }

  words(time) {
    const clock = `${this.time.format(time)}, ${this.day.format(time)}`;
    const day = this.dayOf(time);
    return day ? `${day} · ${clock}` : clock;
  }

  /** Ticks for one way to count and so much in sight; each way is fine enough to find a quarter of an hour. */
  ticks(mode, inSight) {
    return mode === "hours" && this.guide.last_dose ? this.hours(inSight) : this.clock(mode, inSight);
  }

  hours(inSight) {
    const step = [[10, 24], [4, 12], [1.5, 6], [0.4, 1]].find(([days]) => inSight > days * DAY)?.[1] ?? 0.25;
    const zero = ms(this.guide.last_dose);
    const [begin, end] = this.guide.span.map(ms);
    const vals = [];
    const text = [];
    for (let n = Math.ceil((begin - zero) / (step * HOUR)); zero + n * step * HOUR <= end; n += 1) {
      vals.push(instant(zero + n * step * HOUR));
      text.push(`${n * step} h`.replace("-", "−"));
    }
    return { vals, text };
  }

  clock(mode, inSight) {
    const names = mode === "date" ? this.guide.dates : this.guide.days;
    const minutes = [[4, 0], [1.6, 360], [0.6, 120], [0.2, 60]].find(([days]) => inSight > days * DAY)?.[1] ?? 15;
    if (!minutes) return { vals: this.guide.midnights, text: names };
    const vals = [...this.guide.midnights];
    const text = [...names];
    const [begin, end] = this.guide.span.map(ms);
    const days = new Set(this.midnights);
    for (let at = Math.ceil(begin / QUARTER) * QUARTER; at <= end; at += QUARTER) {
      const clock = this.time.format(at);
      const [hour, minute] = clock.split(":").map(Number);
      if (days.has(at) || (hour * 60 + minute) % minutes) continue;
      vals.push(instant(at));
      text.push(clock);
    }
    return { vals, text };
  }
}

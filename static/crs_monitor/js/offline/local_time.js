// The ward's wall clock, whatever zone the tablet is set to.

const forms = new Map();

function formOf(zone) {
  if (!forms.has(zone)) {
    const fields = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
    forms.set(zone, new Intl.DateTimeFormat("sv-SE", { timeZone: zone, hourCycle: "h23", ...fields }));
  }
  return forms.get(zone);
}

// As a datetime-local field holds it: 2026-03-10T14:05.
export function localText(at, zone) {
  return formOf(zone).format(at).replace(" ", "T").slice(0, 16);
}

export function clockText(at, zone) {
  return localText(at, zone).slice(11);
}

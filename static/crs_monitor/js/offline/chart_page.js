// The charting form without a network: the server's own form, with what the vault knows of the patient.
import { ago } from "../ages.js";
import { el, icon } from "../dom.js";
import { localText } from "./local_time.js";
import { strip } from "./patient_strip.js";

function newest(sets, name) {
  const found = sets.find(({ values }) => values[name] !== undefined);
  return found && { value: found.values[name], at: Date.parse(found.taken_at) };
}

function showNumber(tile, input, { patient, pack, now }) {
  for (const edge of ["hardLow", "hardHigh", "softLow", "softHigh", "jump", "jumpSeconds"]) delete tile.dataset[edge];
  Object.assign(tile.dataset, pack.limits[patient.limits]?.[input.name] ?? {});
  tile.querySelector(".tile__spark")?.remove();
  const before = newest(patient.sets, input.name);
  if (before) tile.dataset.beforeAt = new Date(before.at).toISOString();
  const place = tile.querySelector(".tile__previous");
  if (!place) return;
  const age = el("span", "tile__age", before ? ago(now - before.at) : "none in the last day");
  place.classList.toggle("tile__previous--none", !before);
  if (!before) return place.replaceChildren(age);
  place.dataset.previous = before.value;
  const delta = el("span", "");
  delta.dataset.delta = "";
  place.replaceChildren(el("b", "", String(before.value)), delta, age);
}

function showChoice(group, { patient, now }) {
  const before = newest(patient.sets, group.dataset.choice);
  group.dataset.before = before && !Array.isArray(before.value) ? before.value : "";
  if (!before) return;
  const known = [].concat(before.value === true ? "yes" : before.value === false ? "no" : before.value);
  const labelOf = (value) =>
    group.querySelector(`input[value="${CSS.escape(String(value))}"]`)?.closest("label").textContent.trim() ?? String(value);
  const words = known.map(labelOf).join(", ") || "none running";
  const was = el("p", "tile__was", "was ", el("b", "", words), ` · ${ago(now - before.at)}`);
  group.querySelector(".tile__was")?.remove();
  group.querySelector("legend").after(was);
}

function setTime(form, { now, zone }) {
  const input = form.elements.taken_at;
  input.value = localText(now, zone);
  input.max = localText(now, zone);
}

export async function drawChart(place, { pack, patient, now, zoneOf, asOf }) {
  const page = document.querySelector("template[data-entry-page]").content.cloneNode(true);
  const form = page.querySelector("[data-entry]");
  const client_id = crypto.randomUUID();
  form.elements.client_id.value = client_id;
  Object.assign(form.dataset, {
    patientId: patient.id, clientId: client_id, mrn: patient.strip.mrn, fresh: "",
    now: new Date(now).toISOString(), hypotensionBelow: patient.hypotension_below,
  });
  // The page is kept for every age: of a child the parent is asked, of an adult the family.
  form.querySelector(patient.is_child ? ".worry:has([name=carer_worried])" : ".carer")?.remove();
  page.querySelector("h1").textContent = `Chart a set of observations for ${patient.strip.name}`;
  form.querySelector(".strip").replaceWith(strip(patient));
  const what = { pack, patient, now, zone: zoneOf(patient) };
  for (const input of form.querySelectorAll("[data-number]")) {
    const tile = input.closest("[data-tile]");
    if (tile) showNumber(tile, input, what);
  }
  for (const group of form.querySelectorAll("[data-choice]")) showChoice(group, what);
  setTime(form, what);
  const words = `No network. What you save is kept on this tablet and sent later: nobody is alerted until then. Earlier values as of ${asOf}.`;
  form.querySelector(".entry__head").append(el("p", "notice notice--caution", icon("warning"), el("span", "", words)));
  document.title = `Chart a set: ${patient.strip.name}`;
  document.body.classList.add("body--entry");
  place.closest("main").classList.add("page--entry");
  form.inert = true; // without its script it would send into the void
  place.replaceChildren(page);
  // Under another name, so that it runs again now that there is a form.
  await import("../entry.js?offline");
  form.inert = false;
  form.querySelector("[data-number]")?.focus({ preventScroll: true });
  return form;
}


// The list of patients without a network: in the order that was last known.
import { el, gradeBadge, icon } from "../dom.js";
import { due, nameAlert } from "./patient_strip.js";

function chart(patient) {
  const link = el("a", "button button--primary roster__chart", icon("plus"), "Chart");
  link.href = `/patients/${patient.id}/chart/`;
  link.setAttribute("aria-label", `Chart a set for ${patient.strip.name}`);
  return link;
}

function row(patient, when) {
  const { strip } = patient;
  const who = el(
    "span",
    "roster__who",
    el("span", "roster__bed", el("small", "", "Bed"), strip.bed || "–"),
    gradeBadge(strip.grade),
    el(
      "span",
      "roster__text",
      el("b", "roster__name", strip.name),
      el("span", "strip__line", el("span", "", strip.age), el("span", "", "MRN ", el("b", "", strip.mrn)), el("span", "", strip.ward)),
      el("span", "strip__line", el("span", "", strip.therapy), el("span", "", el("b", "", strip.day_label)), el("span", "", strip.window)),
    ),
  );
  const state = el("span", "roster__state", due(patient, when));
  if (strip.alerts) state.append(el("span", "tag tag--alarm", icon("bell"), `${strip.alerts} open`));
  if (strip.name_alert) state.append(nameAlert());
  return el("li", "roster__row", who, state, chart(patient));
}

export function drawRoster(place, { pack, now, zoneOf, asOf }) {
  const rows = pack.patients.map((patient) => row(patient, { now, zone: zoneOf(patient) }));
  const lead = `${rows.length} ${rows.length === 1 ? "patient" : "patients"}, as of ${asOf}. Grades and due times may have changed since.`;
  place.replaceChildren(
    el("header", "page__head", el("div", "", el("h1", "", "My patients"), el("p", "page__lead", lead))),
    el("ul", "roster", ...rows),
  );
}

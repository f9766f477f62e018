// The patient strip and a row of the list, as the server draws them, from the pack in the vault.
import { el, gradeBadge, icon } from "../dom.js";
import { clockText } from "./local_time.js";

function line(...parts) {
  return el("p", "strip__line", ...parts.filter(Boolean).map((part) => (part instanceof Node ? part : el("span", "", part))));
}

function labelled(label, value) {
  return value ? el("span", "", `${label} `, el("b", "", value)) : null;
}

export function nameAlert(words = "Name alert") {
  return el("span", "tag tag--caution", icon("warning"), words);
}

export function strip({ strip: shown }) {
  const born = shown.birth_date ? el("span", "", el("b", "", shown.birth_date), ` (${shown.age})`) : shown.age;
  const side = el("div", "strip__side");
  const section = el(
    "section",
    "strip",
    gradeBadge(shown.grade, { size: "large" }),
    el(
      "div",
      "",
      el("p", "strip__name", shown.name),
      line(born, labelled("MRN", shown.mrn), labelled("Bed", shown.bed), shown.ward),
      line(shown.therapy, labelled("", shown.day_label), shown.window),
    ),
    side,
  );
  section.setAttribute("aria-label", "Patient");
  if (shown.name_alert) section.append(nameAlert("Name alert: another patient here has this surname. Check the MRN."));
  return section;
}

// Minutes pass while there is no network: when it was due is said, and by how much it is late.
export function due(patient, { now, zone }) {
  if (!patient.due_at) return el("span", "tag due--none", icon("clock"), "No set planned");
  const at = Date.parse(patient.due_at);
  const minutes = Math.floor((now - at) / 60_000);
  const words = minutes < 0 ? `Due ${clockText(at, zone)}` : `Due ${clockText(at, zone)}, ${minutes} min ago`;
  return el("span", `tag due--${minutes < 0 ? "ok" : "overdue"}`, icon("clock"), words);
}

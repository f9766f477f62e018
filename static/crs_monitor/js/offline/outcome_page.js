// What a nurse sees after saving without a network: not sent, nobody alerted, whom to call, and what the rules here say.
import { el, gradeBadge, icon } from "../dom.js";
import { localGrade } from "./local_grade.js";
import { clockText } from "./local_time.js";
import { strip } from "./patient_strip.js";

const SHAPES = ["circle-open", "circle", "diamond", "triangle", "square"];

function phoneLink({ role, phone }, wardName) {
  const link = el("a", "call__number", icon("phone"), el("span", "", role || wardName), el("b", "", phone));
  link.href = `tel:${phone.replace(/[^\d+]/g, "")}`;
  return link;
}

// Danger, or a grade that nobody could compute: the card comes first and is large.
export function callCard({ ward, isUrgent }) {
  const phones = ward?.phones ?? [];
  const title = isUrgent ? "Call now: check the patient" : "Not sent: nobody has been alerted";
  const words = "This set is on this tablet alone. If anything worries you, call; do not wait for the network.";
  const numbers = phones.length
    ? el("div", "call__numbers", ...phones.map((each) => phoneLink(each, ward.name)))
    : el("p", "", "No telephone number is known to this tablet.");
  const card = el("section", `call${isUrgent ? " call--fills" : ""}`, icon("phone"), el("div", "", el("h2", "", title), el("p", "", words), numbers));
  card.setAttribute("role", "alert");
  return card;
}

function badgeOf({ grade, at_least }) {
  const known = grade !== null && grade !== undefined;
  const shown = known ? grade : at_least;
  return {
    token: known ? `grade-${grade}` : "grade-unknown",
    shape: SHAPES[shown] ?? SHAPES[0],
    short: known ? String(grade) : at_least ? `≥${at_least}` : "?",
    label: known ? `grade ${grade}` : at_least ? `at least grade ${at_least}` : "cannot be judged",
  };
}

function headline(said) {
  if (said.grade === 0) return "Recorded values meet no ASTCT CRS grade criteria";
  if (said.grade) return `Recorded values meet ASTCT grade ${said.grade} criteria`;
  if (said.at_least) return `Recorded values meet at least ASTCT grade ${said.at_least} criteria`;
  return "The ASTCT grade cannot be judged from what was recorded";
}

function words(each) {
  return typeof each === "string" ? each : (each.words ?? each.label ?? String(each));
}

function verdict(said) {
  const mark = el("p", "verdict__meta", "Offline: computed on this tablet, not sent, nobody has been alerted.");
  if (!said) {
    return el("section", "verdict", el("div", "", el("h1", "verdict__headline", "Saved on this tablet. Grade not computed offline"), mark));
  }
  const badge = badgeOf(said);
  const reasons = said.because?.length ? el("ul", "reasons", ...said.because.map((each) => el("li", "", words(each)))) : null;
  const missing = said.missing?.length ? el("p", "missing hatched", `Not recorded, so not judged: ${said.missing.map(words).join(", ")}`) : null;
  return el("section", `verdict ${badge.token}`, gradeBadge(badge, { size: "hero" }), el("div", "", el("h1", "verdict__headline", headline(said)), mark, reasons, missing));
}

export async function drawOutcome(place, { item, patient, ward, zone }) {
  const said = await localGrade(item.fields, patient?.situation);
  const who = patient ? strip(patient) : el("p", "strip__name", item.patient_label);
  const done = el("a", "button button--primary button--large", "Back to my patients");
  done.href = "/patients/";
  const state = el("p", "notice notice--caution", icon("clock"), el("span", "", `Measured ${clockText(item.measured_at, zone)}. Waiting for the network; it is sent by itself.`));
  state.dataset.sending = item.client_id;
  state.setAttribute("role", "status");
  document.body.classList.remove("body--entry");
  place.closest("main").classList.remove("page--entry");
  document.title = "Not sent: CRS Monitor";
  const isUrgent = Boolean(said?.is_p1);
  place.replaceChildren(callCard({ ward, isUrgent }), who, verdict(said), state, el("div", "buttons result__go", done));
  window.scrollTo(0, 0);
}

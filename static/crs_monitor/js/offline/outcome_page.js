// What a nurse sees after saving without a network: not sent, nobody alerted, whom to call, and what the rules here say.
import { el, gradeBadge, icon } from "../dom.js";
import { localGrade } from "./local_grade.js";
import { clockText } from "./local_time.js";
import { strip } from "./patient_strip.js";

const SHAPES = ["circle-open", "circle", "diamond", "triangle", "square"];

function phoneLine({ role, phone }, wardName) {
  const link = el("a", "call__phone", phone);
  link.href = `tel:${phone.replace(/[^\d+]/g, "")}`;
  return el("li", "call__line", el("span", "", el("b", "", role || wardName)), link);
}

// Danger, or a grade that nobody could compute here: whom to call comes first, and large.
function callCard({ ward, isUrgent, who }) {
  const phones = ward?.phones ?? [];
  const title = el("h2", "", isUrgent ? "Check the patient now. Call." : "Not sent. Call if you are worried.");
  title.id = "call-title";
  const words = "Offline: not sent, nobody has been alerted. This set is on this tablet alone.";
  const lines = phones.length
    ? el("ul", "call__lines", ...phones.map((each) => phoneLine(each, ward.name)))
    : el("p", "", "This tablet knows no number: switchboard.");
  const card = el("section", `call${isUrgent ? "" : " call--calm"}`, el("header", "call__head", icon("phone"), el("div", "", title, el("p", "", el("b", "", `${who}. `), words))), lines);
  card.setAttribute("role", "alert");
  card.setAttribute("aria-labelledby", "call-title");
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

function reason(each) {
  const { words, inputs } = typeof each === "string" ? { words: each } : each;
  const shown = (inputs ?? []).map((input) => el("span", "tag", input));
  return el("li", "", el("p", "reasons__words", icon("dot"), words), shown.length ? el("p", "reasons__inputs", ...shown) : null);
}

function verdict(said) {
  const mark = el("p", "verdict__meta", "Computed on this tablet. Offline: not sent, nobody has been alerted.");
  if (said.not_computed) {
    const why = el("p", "verdict__meta", `${said.not_computed}. The server grades it when it arrives: judge by the patient.`);
    return el("section", "verdict", el("div", "", el("h1", "verdict__headline", "Saved on this tablet. Grade not computed offline"), why));
  }
  const badge = badgeOf(said);
  return el("section", `verdict ${badge.token}`, gradeBadge(badge, { size: "hero" }), el("div", "", el("h1", "verdict__headline", headline(said)), mark));
}

function why(said) {
  if (said.not_computed) return null;
  const card = el("section", "card", el("h2", "card__title", "Why"));
  card.append(said.because.length ? el("ul", "reasons", ...said.because.map(reason)) : el("p", "", "No criterion was met by what was recorded."));
  if (said.missing.length) {
    const missing = said.missing.map((name) => el("li", "", String(name).replaceAll("_", " ")));
    card.append(el("div", "missing hatched", el("h3", "", "Not recorded, so not judged"), el("ul", "", ...missing)));
  }
  return card;
}

function named(item, patient) {
  const bed = patient?.strip.bed ? `, bed ${patient.strip.bed}` : "";
  return `${patient?.strip.name ?? item.patient_label}${bed}`;
}

export async function drawOutcome(place, { item, owner, patient, ward, zone }) {
  const said = await localGrade(item, { owner, situation: patient?.situation });
  const who = patient ? strip(patient) : el("p", "strip__name", item.patient_label);
  const done = el("a", "button button--primary button--large", "Back to my patients");
  done.href = "/patients/";
  const words = `Measured ${clockText(item.measured_at, zone)}. Waiting for the network; it is sent by itself.`;
  const state = el("p", "notice notice--caution", icon("clock"), el("span", "", words));
  state.dataset.sending = item.client_id;
  state.setAttribute("role", "status");
  document.body.classList.remove("body--entry");
  place.closest("main").classList.remove("page--entry");
  document.title = "Not sent: CRS Monitor";
  const parts = [callCard({ ward, isUrgent: said.is_p1 === true, who: named(item, patient) }), who, verdict(said), state, why(said), el("div", "buttons result__go", done)];
  place.replaceChildren(...parts.filter(Boolean));
  window.scrollTo(0, 0);
}

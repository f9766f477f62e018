// The page that opens without a network: draws what the vault of the last person holds.
import { el, icon } from "../dom.js";
import { drawChart } from "./chart_page.js";
import { beat, serverNow } from "./contact.js";
import { note } from "./idb.js";
import { clockText, localText } from "./local_time.js";
import { drawOutcome } from "./outcome_page.js";
import { drawRoster } from "./roster_page.js";
import { ready, takeOverSignOut } from "./start.js";
import { drawUnsent } from "./unsent_page.js";
import { openVault } from "./vault.js";
import { refill } from "./write_ahead.js";

const ASK_EVERY_MS = 5_000;
const place = document.querySelector("[data-place]");
const CHART = /^\/patients\/(\d+)\/chart\/$/;
const LISTS = new Set(["/", "/patients/"]);
let canLeave = true;

function say(title, words) {
  const list = el("a", "button button--primary button--large", "My patients");
  list.href = "/patients/";
  place.replaceChildren(el("h1", "", title), el("p", "page__lead", words), el("div", "buttons", list));
}

async function packOf(owner) {
  try {
    return await (await openVault(owner, { signedIn: false })).get("pack", "pack");
  } catch {
    return undefined;
  }
}

function around(pack) {
  const wardOf = (patient) => pack.wards.find(({ code }) => code === patient.ward_code) ?? pack.wards[0];
  const zoneOf = (patient) => (patient && wardOf(patient)?.zone) ?? pack.wards[0]?.zone ?? "UTC";
  const at = Date.parse(pack.generated_at);
  return { pack, wardOf, zoneOf, asOf: `${localText(at, zoneOf()).slice(0, 10)} ${clockText(at, zoneOf())}` };
}

async function showOutcome(item, known, owner) {
  canLeave = false;
  const patient = known?.pack.patients.find(({ id }) => id === item.patient_id);
  const ward = known && (patient ? known.wardOf(patient) : known.pack.wards[0]);
  await drawOutcome(place, { item, owner, patient, ward, zone: known?.zoneOf(patient) ?? "UTC" });
}

async function showChart(number, known, { owner, now }) {
  const patient = known.pack.patients.find(({ id }) => id === number);
  if (!patient) return say("This patient is not kept on this tablet", "Only patients of your own wards can be charted without a network.");
  const form = await drawChart(place, { ...known, patient, now });
  await refill(form, owner);
  form.addEventListener("input", () => {
    canLeave = false;
  });
  document.addEventListener("crs:kept", ({ detail }) => showOutcome(detail.item, known, owner));
  document.documentElement.dataset.keeps = "";
}

async function show({ owner, sent }) {
  const pack = owner && (await packOf(owner));
  const known = pack && around(pack);
  const now = await serverNow();
  if (location.pathname === "/tablet/unsent/") {
    canLeave = false;
    return drawUnsent(place, { me: owner, now, zone: known?.zoneOf() ?? "UTC" });
  }
  if (sent) return showOutcome(sent, known, owner);
  if (await note("sign_out_owed")) return say("Signed out on this tablet", "The server is told as soon as there is a network.");
  if (!owner) return say("No answer from the server", "Nobody is signed in on this tablet. Signing in needs the network. Write on paper, and call.");
  if (!known) return say("No answer from the server", "This tablet keeps no patients now: it was signed out, or had no network for twelve hours. Write on paper, and call.");
  const chart = CHART.exec(location.pathname);
  if (chart) return showChart(Number(chart[1]), known, { owner, now });
  if (LISTS.has(location.pathname)) return drawRoster(place, { ...known, now });
  return say("This page needs the network", "What you did last may not have reached the server. The list and charting work without it.");
}

// Back on the network: the server's own page is better than this one, unless somebody is at work here.
async function comeBack(owner) {
  if (!canLeave || document.hidden) return;
  await beat(owner);
  if (canLeave) location.replace(location.pathname + location.search);
}

function follow() {
  document.addEventListener("crs:queue", ({ detail }) => {
    const waiting = place.querySelector("[data-sending]");
    if (detail.stored && waiting?.dataset.sending === detail.stored) location.replace(detail.url ?? "/patients/");
    else if (detail.refused && waiting?.dataset.sending === detail.refused) location.replace("/tablet/unsent/");
  });
}

// Under whose name a set is kept must be seen, and be given up without a network too.
async function showWho(owner) {
  const session = owner && (await note("session"));
  if (!session?.name) return;
  const button = el("button", "bar__button", el("span", "bar__who", session.name), icon("leave"));
  button.setAttribute("aria-label", `Sign out ${session.name}`);
  const form = el("form", "", button);
  Object.assign(form, { method: "post", action: "/sign-out/" });
  document.querySelector(".bar")?.append(form);
  takeOverSignOut(owner);
}

const begun = await ready.catch(() => ({ owner: null, sent: null }));
follow();
await showWho(begun?.owner);
await show(begun ?? { owner: null, sent: null });
setInterval(() => comeBack(begun?.owner).catch(() => {}), ASK_EVERY_MS);

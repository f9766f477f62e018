// A half-typed set or neuro check is kept for whoever types it: through a reload, a crash, a lock and another
// person's turn on the tablet. It is sealed with that person's key, offered to them alone, and never
// saved or filled in by itself. Ten minutes after the last key, or after the tablet locked, it is gone.
import { el, icon } from "./dom.js";
import { canKeep, openVault } from "./offline/vault.js";

const STORE = "drafts";
const KEPT_MS = 10 * 60_000;
const SETTLE_MS = 250;
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "confirmed"]);
const GO_ON = "#go-on";
const owner = document.documentElement.dataset.owner;
const form = document.querySelector("[data-entry], [data-entry-neuro]");
const kind = form && "entryNeuro" in form.dataset ? "neuro check" : "set";
const correcting = new URLSearchParams(location.search).get("correct");
const RESULT = /^\/patients\/(\d+)\/sets\/(\d+)\/$/;

// Values and times stand still while the tablet sleeps; the wall clock does not.
const isOver = (draft) => Math.abs(Date.now() - draft.kept_at) > KEPT_MS;

function fieldsOf() {
  return [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string");
}

function patientId() {
  return Number(form.dataset.patientId ?? location.pathname.split("/")[2]);
}

function fill(draft) {
  const typed = Map.groupBy(draft.fields, ([name]) => name);
  for (const control of form.elements) {
    if (!control.name || NOT_KEPT.has(control.name) || control.type === "submit") continue;
    const texts = (typed.get(control.name) ?? []).map(([, text]) => text);
    if (control.type === "radio" || control.type === "checkbox") control.checked = texts.includes(control.value);
    else control.value = texts[0] ?? "";
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  form.dataset.clientId = draft.key;
  form.dispatchEvent(new CustomEvent("crs:restored"));
}

function clock(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
}

// The last draft is offered, in words, with two keys; nothing is filled in before one is pressed.
function offer(draft, { goOn, discard }) {
  const who = draft.patient ? ` for ${draft.patient}` : "";
  const words = el("span", "", `You began a ${draft.kind ?? "set"}${who} at ${clock(draft.began_at)}. It is not saved.`);
  const yes = el("button", "button button--primary", "Go on with it");
  const no = el("button", "button", "Discard");
  yes.type = no.type = "button";
  const box = el("div", "notice notice--caution draft", icon("info"), words, el("span", "buttons", yes, no));
  box.setAttribute("role", "status");
  box.dataset.draft = "";
  yes.addEventListener("click", () => {
    box.remove();
    goOn();
  });
  no.addEventListener("click", () => {
    box.remove();
    discard();
  });
  const place = form ? form.querySelector(".entry__head, .neuro__draft") : document.querySelector("main");
  place.prepend(box);
}

function keepWhatIsTyped(vault) {
  let began_at = null;
  let timer;
  let isSent = false;
  const key = () => form.elements.client_id.value;
  const forget = () => vault.remove(STORE, key()).catch(() => {});

  async function keep() {
    clearTimeout(timer);
    if (began_at === null || isSent) return;
    const draft = {
      key: key(),
      kind,
      patient_id: patientId(),
      patient: document.querySelector(".strip__name")?.textContent.trim() ?? "",
      correcting,
      path: location.pathname + location.search,
      fields: fieldsOf(),
      began_at,
      kept_at: Date.now(),
    };
    await vault.put(STORE, draft.key, draft).catch(() => {});
  }

  form.addEventListener("input", (event) => {
    if (!event.isTrusted && began_at === null && !event.target.matches("[data-number]")) return;
    began_at ??= Date.now();
    clearTimeout(timer);
    timer = setTimeout(keep, SETTLE_MS);
  });
  form.addEventListener("change", keep);
  document.addEventListener("crs:locked", keep);
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  // Whoever took the set over keeps it from here on; else it stays until a page shows it stored.
  document.addEventListener("crs:send", (event) => {
    setTimeout(() => {
      if (!event.defaultPrevented) return;
      isSent = true;
      clearTimeout(timer);
      forget();
    });
  });
  return {
    resume(draft) {
      fill(draft);
      began_at = draft.began_at;
      keep();
    },
  };
}

async function begin() {
  const vault = await openVault(owner);
  const found = (await vault.all(STORE)).filter((item) => item.value);
  const stored = RESULT.exec(location.pathname);
  const confirmed = new Set([...document.querySelectorAll("[data-stored]")].map((each) => each.dataset.stored));
  const live = [];
  for (const { key, value } of found) {
    const isStored = stored && value.correcting && Number(stored[1]) === value.patient_id && stored[2] !== value.correcting;
    if (isOver(value) || isStored || confirmed.has(key)) await vault.remove(STORE, key);
    else live.push(value);
  }
  live.sort((one, other) => other.kept_at - one.kept_at);
  const keeper = form && "fresh" in form.dataset ? keepWhatIsTyped(vault) : form && correcting && keepWhatIsTyped(vault);
  const isHere = (draft) =>
    form && draft.patient_id === patientId() && draft.correcting === correcting && (draft.kind ?? "set") === kind;
  const [draft] = form ? live.filter(isHere) : live;
  if (!draft || (form && !keeper)) return;
  const discard = () => vault.remove(STORE, draft.key).catch(() => {});
  if (!form) return offer(draft, { goOn: () => location.assign(draft.path + GO_ON), discard });
  if (location.hash === GO_ON) {
    history.replaceState(null, "", location.pathname + location.search);
    keeper.resume(draft);
  } else offer(draft, { goOn: () => keeper.resume(draft), discard });
}

if (owner && canKeep() && !new URLSearchParams(location.search).has("unsent")) begin().catch(() => {});

// Covers a page at once when the tablet locks; what is half typed stays behind it, for its owner alone.
import { el, icon } from "./dom.js";
import { canTryPin, prepared, rememberPin, tryPin } from "./local_pin.js";
import { attachPinPad } from "./pin_pad.js";

const ASK_AGAIN_MS = 3_000;
const PIN_LENGTH = "6";

function waiting(words) {
  const box = el("div", "lock__wait", icon("lock"), el("h1", "", "Locked"), el("p", "", words));
  box.setAttribute("role", "status");
  return box;
}

// The names on shift are on the page /switch/: the very same part of it is put in here.
async function fetchSwitch() {
  const reply = await fetch("/switch/", { cache: "no-store", credentials: "same-origin" });
  if (!reply.ok) throw new Error(`answered ${reply.status}`);
  if (new URL(reply.url).pathname !== "/switch/") return null;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const part = document.adoptNode(page.querySelector("[data-switch]"));
  part.querySelector('[name="next"]').value = location.pathname + location.search;
  return part;
}

function input(type, name, value = "") {
  return Object.assign(document.createElement("input"), { type, name, value });
}

function key(label, name, value = "") {
  const button = Object.assign(el("button", value ? "key" : "key key--quiet", label), { type: "button" });
  button.dataset[name] = value;
  return button;
}

// No server: one name, one PIN.
function localPart({ owner, name }) {
  const pin = Object.assign(input("password", "pin"), { className: "switch__digits", maxLength: 6, autocomplete: "off" });
  const said = el("p", "switch__said");
  const pad = el("div", "pad", ...[..."123456789"].map((digit) => key(digit, "digit", digit)));
  pad.append(key("Clear", "wipe"), key("0", "digit", "0"), key("Erase", "erase"));
  const person = Object.assign(input("radio", "person", owner), { checked: true, hidden: true });
  const badge = input("hidden", "badge");
  const form = el("form", "switch__local", person, badge, pin, said, pad);
  const title = el("h1", "", name || "Locked");
  const lead = "No connection: only this PIN opens the tablet now. Nothing that was typed is lost.";
  const part = el("section", "switch switch--local", title, el("p", "switch__lead", lead), form);
  pin.setAttribute("aria-label", "PIN");
  said.setAttribute("role", "alert");
  pad.dataset.pad = pin.dataset.pin = said.dataset.said = badge.dataset.badge = form.dataset.pinForm = "";
  form.dataset.pinLength = PIN_LENGTH;
  part.dataset.switch = "local";
  return part;
}

async function send(form) {
  const person = form.querySelector('[name="person"]:checked')?.value;
  const preparing = prepared(form.elements.badge.value ? "" : form.elements.pin?.value);
  const reply = await fetch("/switch/", {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new FormData(form),
    credentials: "same-origin",
    redirect: "error",
  });
  const answer = await reply.json();
  // Whatever fails here, the tablet is open; it only cannot be opened again without a network.
  if (!answer.error && person) await rememberPin(person, preparing).catch(() => {});
  return answer;
}

// Leaving for another person's page must not be held up by "changes may not be saved".
function leaveQuietly(where) {
  window.addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true });
  location.replace(where);
}

export function raiseLock({ told, owner, name, opened, leaving }) {
  const cover = el("dialog", "lock", waiting("One moment."));
  cover.setAttribute("aria-label", "The tablet is locked");
  let isUp = true;
  let pad = null;
  cover.addEventListener("cancel", (event) => event.preventDefault());
  cover.addEventListener("close", () => {
    if (isUp) cover.showModal(); // Escape pressed twice closes any dialog
  });
  document.body.append(cover);
  cover.showModal();
  document.dispatchEvent(new CustomEvent("crs:locked"));

  function lift(token) {
    // The token changed with the session; the half-typed form must be sent with the new one.
    if (token) for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    isUp = false;
    pad.end();
    cover.close();
    cover.remove();
    opened();
    document.dispatchEvent(new CustomEvent("crs:unlocked"));
  }

  async function openHere(form) {
    if (await tryPin(owner, form.elements.pin.value)) lift(null);
    else if (await canTryPin(owner)) pad.refuse("Wrong PIN.");
    else show(waiting("Too many wrong tries. The tablet opens again when the server answers."));
  }

  async function openThere(form) {
    const answer = await send(form);
    if (answer.error) pad.refuse(answer.error);
    else if (answer.same) lift(answer.csrf);
    else {
      await leaving();
      leaveQuietly(answer.go);
    }
  }

  async function open(form) {
    const part = cover.querySelector("[data-switch]");
    if (part.classList.contains("is-asking")) return;
    part.classList.add("is-asking");
    try {
      await (part.dataset.switch === "local" ? openHere(form) : openThere(form));
    } catch {
      pad.refuse("No answer. Try again.");
    }
    part.classList.remove("is-asking");
  }

  function show(part) {
    pad?.end();
    cover.replaceChildren(part);
    pad = "switch" in part.dataset ? attachPinPad(part, open) : null;
    part.querySelector("#switch-title")?.focus();
  }

  async function showWithoutServer() {
    if (cover.querySelector('[data-switch="local"]')) return;
    if (owner && (await canTryPin(owner))) show(localPart({ owner, name }));
    else show(waiting("No connection. The tablet opens again when the server answers. Nothing that was typed is lost."));
  }

  async function ask() {
    // First the lock, or the names would be asked for by somebody still signed in.
    while (isUp) {
      try {
        if (!(await told())) throw new Error("not told");
        const part = await fetchSwitch();
        if (!isUp) return;
        if (part === null) leaveQuietly("/");
        else show(part);
        return;
      } catch {
        await showWithoutServer();
        await new Promise((done) => setTimeout(done, ASK_AGAIN_MS));
      }
    }
  }
  ask();
}

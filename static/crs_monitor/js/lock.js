// Covers a page at once when the tablet locks; what is half typed stays behind it, for its owner alone.
import { el, icon } from "./dom.js";
import { attachPinPad } from "./pin_pad.js";

const ASK_AGAIN_MS = 3_000;

function waiting(words) {
  const box = el("div", "lock__wait", icon("lock"), el("h1", "", "Locked"), el("p", "", words));
  box.setAttribute("role", "status");
  return box;
}

// The names on shift are on the page /switch/: the very same part of it is put in here.
async function fetchSwitch() {
  const reply = await fetch("/switch/", { cache: "no-store", credentials: "same-origin" });
  if (!reply.ok || new URL(reply.url).pathname !== "/switch/") return null;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  return document.adoptNode(page.querySelector("[data-switch]"));
}

async function send(form) {
  const reply = await fetch("/switch/", {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new FormData(form),
    credentials: "same-origin",
    redirect: "error",
  });
  return reply.json();
}

// Leaving for another person's page must not be held up by "changes may not be saved".
function leaveQuietly(where) {
  window.addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true });
  location.replace(where);
}

export function raiseLock({ told, opened, leaving }) {
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
    for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
    isUp = false;
    pad.end();
    cover.close();
    cover.remove();
    opened();
    document.dispatchEvent(new CustomEvent("crs:unlocked"));
  }

  async function open(form) {
    const part = cover.querySelector("[data-switch]");
    if (part.classList.contains("is-asking")) return;
    part.classList.add("is-asking");
    try {
      const answer = await send(form);
      if (answer.error) pad.refuse(answer.error);
      else if (answer.same) lift(answer.csrf);
      else {
        leaving();
        leaveQuietly(answer.go);
      }
    } catch {
      pad.refuse("No answer from the server. Try again.");
    }
    part.classList.remove("is-asking");
  }

  async function ask() {
    await told; // or the names would be asked for by somebody still signed in
    while (isUp) {
      try {
        const part = await fetchSwitch();
        if (part === null) return leaveQuietly("/");
        part.querySelector('[name="next"]').value = location.pathname + location.search;
        cover.replaceChildren(part);
        pad = attachPinPad(part, open);
        part.querySelector("#switch-title").focus();
        return undefined;
      } catch {
        cover.replaceChildren(waiting("No connection. The tablet opens again when the server answers. Nothing that was typed is lost."));
        await new Promise((done) => setTimeout(done, ASK_AGAIN_MS));
      }
    }
    return undefined;
  }
  ask();
}

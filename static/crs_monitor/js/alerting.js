// Says on every open page when alerts do not go out, and when the server itself has fallen silent.
import { icon } from "./dom.js";

const POLL_EVERY_MS = 15_000;
const POLL_TIMEOUT_MS = 8_000;
const SILENT_AFTER_MS = 30_000;

const place = document.querySelector("[data-alerting]");
let lastAnswerAt = performance.now(); // the page itself was an answer; the wall clock may be set

export function showAlerting(words) {
  if (!place || place.textContent.trim() === words) return;
  place.replaceChildren();
  if (!words) return;
  const ribbon = document.createElement("p");
  ribbon.className = "ribbon ribbon--alarm";
  const text = document.createElement("span");
  text.textContent = words;
  ribbon.append(icon("warning"), text);
  place.append(ribbon);
}

async function poll() {
  try {
    const reply = await fetch("/alerting.json", {
      headers: { Accept: "application/json" },
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error", // a redirect is the sign-in page, and no news of alerts
      signal: AbortSignal.timeout(POLL_TIMEOUT_MS),
    });
    if (reply.ok) {
      const { message } = await reply.json();
      lastAnswerAt = performance.now();
      showAlerting(message);
    }
  } catch {
    // No news is not good news: the silence is told once it lasts.
  }
  checkSilence();
}

function checkSilence() {
  if (performance.now() - lastAnswerAt < SILENT_AFTER_MS) return;
  showAlerting("No answer from the server, or you are signed out. This page may be old: check the patients, call by telephone.");
}

// The board asks for itself, more often, and says so in its own words.
if (place && !document.querySelector("[data-board]")) {
  setInterval(poll, POLL_EVERY_MS);
  setInterval(checkSilence, 1000);
  window.addEventListener("online", poll);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) poll();
  });
}

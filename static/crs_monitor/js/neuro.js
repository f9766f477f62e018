// The neuro check: works without this file as one long form; with it, a question at a time.
import { attachAnchors } from "./neuro/anchors.js";
import { attachGuide } from "./neuro/guide.js";
import { attachPad } from "./neuro/pad.js";
import { attachSaving } from "./neuro/saving.js";

const form = document.querySelector("[data-entry-neuro]");
if (form) {
  for (const pad of form.querySelectorAll("[data-pad]")) attachPad(pad, form);
  attachAnchors(form);
  attachSaving(form);
  if ("guided" in form.dataset) attachGuide(form);
}

// One large question at a time: a tap answers and goes on, the keyboard does the same.
import { el } from "../dom.js";
import { PROGRESS_WORDS, answerOf, followSheet, pathOf, sheetOf, unableReason, valueOf } from "./path.js";

const SEEN_MS = 150; // long enough to see what was tapped
const BOUNCE_MS = 300; // a glove that bounces must not answer the next question too

export function attachGuide(form) {
  const find = (name) => form.querySelector(`[data-${name}]`);
  const steps = [...form.querySelectorAll("[data-step]")];
  const parts = {
    progress: find("progress"), words: find("progress-words"), bar: form.querySelector("progress"),
    back: find("back"), next: find("next"), save: find("save"), whole: find("whole"), cancel: find("cancel"),
    unable: find("unable"), which: find("which"), at: find("at-step"), review: find("review"),
  };
  let current = steps[0];
  let shownAt = -Infinity;
  let waiting = 0;

  const path = () => pathOf(form, steps);
  const show = (step, { focus = true } = {}) => {
    clearTimeout(waiting);
    const all = path();
    current = all.includes(step) ? step : all[0];
    shownAt = focus ? performance.now() : -Infinity; // no tap led here
    for (const each of steps) each.classList.toggle("is-current", each === current);
    for (const sheet of form.querySelectorAll("[data-sheet-of]")) {
      sheet.classList.toggle("is-current", sheet.contains(current));
    }
    parts.at.value = current.dataset.step;
    draw(form, parts, { all, current });
    if (!focus) return;
    parts.at.dispatchEvent(new Event("input", { bubbles: true })); // a draft keeps the place
    window.scrollTo({ top: 0 });
    current.querySelector("[data-question]").focus({ preventScroll: true });
  };
  const move = (by) => {
    const all = path();
    show(all[Math.min(Math.max(all.indexOf(current) + by, 0), all.length - 1)]);
  };
  const advance = (input) => {
    const goesOn = input.type === "radio" && (current.dataset.advance ?? "").split(" ");
    const first = current.querySelector("[data-chips]");
    if (!goesOn || !first?.contains(input) || !(goesOn.includes("*") || goesOn.includes(input.value))) return;
    clearTimeout(waiting);
    waiting = setTimeout(move, SEEN_MS, 1);
  };
  const unable = () => {
    if (unableReason(form)) show(steps.find((step) => step.dataset.step === "awake"));
    else if (valueOf(form, "unable_reason")) show(path().find((step) => step.dataset.sheet === "capd"));
  };

  // A key that moves between radios clicks them too, with no detail: only a tap goes on.
  form.addEventListener("click", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || event.detail === 0 || !input.closest("[data-chips]")) return;
    if (performance.now() - shownAt < BOUNCE_MS && !input.closest("[data-unable]")) {
      event.preventDefault();
      return;
    }
    if (input.name === "unable_reason") waiting = setTimeout(unable, SEEN_MS);
    else advance(input);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "which_sheet") followSheet(form);
    draw(form, parts, { all: path(), current });
  });
  form.addEventListener("keydown", (event) => onKey(event, { form, parts, move, advance, unable, current }));
  parts.back.addEventListener("click", () => move(-1));
  parts.next.addEventListener("click", () => move(1));
  find("possible").addEventListener("click", () => {
    form.querySelector('[name=unable_reason][value=""]').checked = true;
    const sheet = path().filter((step) => ["ice", "capd"].includes(step.dataset.sheet));
    show(sheet.find((step) => !answerOf(step)) ?? sheet[0]);
  });
  for (const button of form.querySelectorAll("[data-spare]")) attachSpare(button);
  form.addEventListener("crs:restored", () => {
    for (const word of form.querySelectorAll("[data-word]")) showKeptWord(word);
    show(steps.find((step) => step.dataset.step === parts.at.value) ?? current, { focus: false });
  });
  parts.whole.addEventListener("click", () => leave(form, parts, steps));
  form.classList.add("is-guided");
  for (const sheet of form.querySelectorAll("details[data-sheet-of]")) sheet.open = true;
  for (const name of ["progress", "whole", "which"]) if (parts[name]) parts[name].hidden = false;
  show(steps.find((step) => step.dataset.step === parts.at.value) ?? steps[0], { focus: false });
}

function draw(form, parts, { all, current }) {
  const at = all.indexOf(current);
  const sheet = current.dataset.sheet;
  const asked = all.filter((step) => step.dataset.sheet === sheet);
  const inSheet = sheet in PROGRESS_WORDS;
  const name = inSheet ? `${PROGRESS_WORDS[sheet]} ${asked.indexOf(current) + 1} of ${asked.length}` : current.dataset.short;
  parts.words.textContent = name;
  parts.bar.max = all.length - 1;
  parts.bar.value = at;
  form.querySelector("[data-capd-alone]").hidden = sheetOf(form) !== "capd";
  parts.unable.classList.toggle("is-current", inSheet);
  const last = at === all.length - 1;
  parts.back.hidden = at === 0;
  parts.next.hidden = last;
  parts.save.hidden = !last;
  parts.cancel.hidden = at !== 0;
  for (const step of all) if (step.dataset.step === "review") step.hidden = false;
  for (const more of current.querySelectorAll("[data-more]")) more.hidden = !needsMore(current);
  const possible = form.querySelector("[data-not-possible]");
  possible.hidden = !unableReason(form);
  const reason = form.querySelector("[name=unable_reason]:checked")?.closest("label").textContent.trim();
  form.querySelector("[data-not-possible-words]").textContent = `The score is not possible: ${reason}.`;
  if (last) review(parts.review, all, form);
}

// "Alert" and "no seizure" need no further question.
function needsMore(step) {
  const done = (step.dataset.advance ?? "").split(" ");
  const said = step.querySelector("[data-chips] input:checked")?.value ?? "";
  return done[0] === "" || (said !== "" && !done.includes(said));
}

function review(list, all, form) {
  const rows = all.filter((step) => !["start", "review"].includes(step.dataset.sheet)).map((step) => {
    const said = answerOf(step);
    const row = el("div", said ? "review__row" : "review__row hatched", el("dt", "", step.dataset.short), el("dd", "", said || "Not recorded"));
    return row;
  });
  if (unableReason(form)) {
    const words = form.querySelector("[name=unable_reason]:checked").closest("label").textContent.trim();
    rows.unshift(el("div", "review__row", el("dt", "", "Score"), el("dd", "", `Not possible: ${words}`)));
  }
  list.replaceChildren(...rows);
}

function onKey(event, { form, parts, move, advance, unable, current }) {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("button, summary, a")) return;
  const typing = target.matches("select, textarea, input:not([type=radio], [type=checkbox])");
  if (key === "Enter") {
    if (!parts.save.hidden && !typing) return;
    event.preventDefault();
    if (target.name === "unable_reason") unable();
    else if (!parts.next.hidden) move(1);
  } else if (!typing && /^[1-9]$/.test(key)) {
    const inputs = [...(current.querySelector("[data-chips]")?.querySelectorAll("input") ?? [])];
    const input = inputs[Number(key) - 1];
    if (!input) return;
    input.click();
    advance(input);
  } else if (!typing && key === "Backspace") {
    move(-1);
  }
}

// What is not at hand is not asked for: another of the ward's words, kept with the check.
function attachSpare(button) {
  const word = button.parentElement.querySelector("[data-word]");
  const kept = button.closest("[data-step]").querySelector(":scope > input[type=hidden]");
  const left = button.dataset.spares.split("|");
  button.addEventListener("click", () => {
    left.push(word.textContent);
    word.textContent = left.shift();
    kept.value = word.textContent;
    kept.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function showKeptWord(word) {
  const kept = word.closest("[data-step]").querySelector(":scope > input[name^=asked_]");
  if (kept?.value) word.textContent = kept.value;
}

// Everything on one page again, as it is without this file.
function leave(form, parts, steps) {
  form.classList.remove("is-guided");
  for (const step of steps) step.classList.remove("is-current");
  for (const name of ["progress", "whole", "back", "next", "which"]) if (parts[name]) parts[name].hidden = true;
  for (const more of form.querySelectorAll("[data-more]")) more.hidden = false;
  parts.save.hidden = parts.cancel.hidden = false;
  form.querySelector("[data-step=review]").hidden = true;
  form.querySelector("[data-capd-alone]").hidden = false;
  form.querySelector("[data-not-possible]").hidden = true;
}

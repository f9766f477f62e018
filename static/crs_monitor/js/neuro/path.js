// Which questions are asked, in which order: a function of what the form says so far.

const DELAYED = "developmental_delay";
export const PROGRESS_WORDS = { ice: "ICE", capd: "CAPD" };

export function valueOf(form, name) {
  return form.querySelector(`[name="${name}"]:checked`)?.value ?? "";
}

// Why the score is not possible; a delay in development only means the other score.
export function unableReason(form) {
  const reason = valueOf(form, "unable_reason");
  return reason === DELAYED ? "" : reason;
}

export function sheetOf(form) {
  if (!form.querySelector("[data-sheet=ice]")) return "capd";
  const delayed = valueOf(form, "unable_reason") === DELAYED;
  return delayed || valueOf(form, "which_sheet") === "capd" ? "capd" : "ice";
}

function totalIsKnown(form) {
  return [...form.querySelectorAll("[name=ice_score], [name=capd_score]")].some((each) => each.value.trim() !== "");
}

export function pathOf(form, steps) {
  const sheet = unableReason(form) || totalIsKnown(form) ? "" : sheetOf(form);
  return steps.filter(({ dataset }) => !["ice", "capd"].includes(dataset.sheet) || dataset.sheet === sheet);
}

// Choosing CAPD at an age for ICE says why; choosing ICE again takes that back.
export function followSheet(form) {
  const delayed = form.querySelector(`[name=unable_reason][value=${DELAYED}]`);
  const possible = form.querySelector('[name=unable_reason][value=""]');
  if (valueOf(form, "which_sheet") === "capd") delayed.checked = true;
  else if (delayed.checked) possible.checked = true;
}

export function answerOf(step) {
  const said = [...step.querySelectorAll("[data-chips] input:checked")].filter((input) => input.value !== "");
  return said.map((input) => input.closest("label").textContent.trim()).join(", ");
}

// A double tap is one check, and nobody leaves a half-done one by a slip.

export function attachSaving(form) {
  const save = form.querySelector("[data-save]");
  const words = save.querySelector("span");
  const before = words.textContent;
  let touched = false;
  form.addEventListener("input", () => {
    touched = true;
  });
  form.addEventListener("submit", () => {
    touched = false;
    save.disabled = true;
    words.textContent = "Saving…";
  });
  window.addEventListener("pageshow", () => {
    save.disabled = false;
    words.textContent = before;
  });
  window.addEventListener("beforeunload", (event) => {
    if (touched) event.preventDefault();
  });
}

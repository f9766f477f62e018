// The page that asks who is there: the sixth digit, or a badge, sends the form.
import { attachPinPad } from "./pin_pad.js";

const root = document.querySelector("[data-switch]");
if (root) {
  let isSent = false;
  attachPinPad(root, (form) => {
    if (isSent) return;
    isSent = true;
    root.classList.add("is-asking");
    form.submit(); // not requestSubmit: the pad listens for that one
  });
}
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

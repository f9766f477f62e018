// The page that asks who is there: the sixth digit, or a badge, opens the tablet.
import { noteNobody, prepared, rememberPin } from "./local_pin.js";
import { attachPinPad } from "./pin_pad.js";

async function open(root, form, pad) {
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
  if (answer.error) {
    pad.refuse(answer.error);
    root.classList.remove("is-asking");
    return;
  }
  // Whatever fails here, the tablet is open; it only cannot be opened again without a network.
  await Promise.all([noteNobody(), person && rememberPin(person, preparing)]).catch(() => {});
  location.replace(answer.go);
}

const root = document.querySelector("[data-switch]");
if (root) {
  const pad = attachPinPad(root, (form) => {
    if (root.classList.contains("is-asking")) return;
    root.classList.add("is-asking");
    open(root, form, pad).catch(() => form.submit()); // not requestSubmit: the pad listens for that one
  });
}

// The sets that the server has not confirmed: what each waits for, and what a person can do about it.
import { ago } from "../ages.js";
import { el, icon } from "../dom.js";
import { localText } from "./local_time.js";
import { queueOf, State } from "./queue.js";
import { sync, tellOfChange } from "./sync.js";
import { marks } from "./vault.js";

const LONGEST_REASON = 200;
const HIDDEN = new Set(["client_id", "taken_at", "confirmed", "csrfmiddlewaretoken"]);

function waitsFor(item) {
  if (item.state === State.REFUSED) {
    const said = (item.errors ?? []).map(({ label, message }) => (label ? `${label}: ${message}` : message));
    return `The server refused it. ${said.join(" ")}`;
  }
  return "Waiting for the network; it is sent by itself.";
}

// The words of the charting form, which lies in this page too.
function inForm(selector) {
  return document.querySelector("template[data-entry-page]")?.content.querySelector(selector);
}

function labelOf(name) {
  const label = inForm(`label[for="id_${name}"]`) ?? inForm(`[data-choice="${name}"] legend`);
  return label?.firstChild.textContent.trim() || name.replaceAll("_", " ");
}

function faceOf(name, text) {
  const choice = inForm(`input[name="${name}"][value="${CSS.escape(text)}"]`);
  return choice?.closest("label")?.textContent.trim() || text;
}

function valuesOf(item, owner, me) {
  // Another person's values stay theirs; that there is a set, and since when, is everybody's.
  if (owner !== me) return el("p", "", "Typed by somebody else on this tablet.");
  const said = item.fields.filter(([name, text]) => text && !HIDDEN.has(name));
  const shown = said.map(([name, text]) => el("span", "tag", `${labelOf(name)} `, el("b", "", faceOf(name, text))));
  return el("p", "unsent__values", ...shown);
}

function correctLink(item) {
  const link = el("a", "button button--large", "Correct and send");
  link.href = `/patients/${item.patient_id}/chart/?unsent=${item.client_id}`;
  return link;
}

function discardForm(queue, item, redraw) {
  const id = `reason_${item.client_id}`;
  const label = el("label", "field__label", "Why is it discarded?");
  label.htmlFor = id;
  const input = el("input", "");
  Object.assign(input, { id, type: "text", maxLength: LONGEST_REASON, required: true });
  const button = el("button", "button button--large button--quiet", "Discard this set");
  const form = el("form", "field unsent__discard", label, input, button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const reason = input.value.trim();
    if (!reason) return;
    await queue.change(item.client_id, { state: State.DISCARDED, reason, next_at: 0 });
    tellOfChange();
    sync({ isForced: true }).catch(() => {});
    redraw();
  });
  return form;
}

async function card({ owner, key }, { me, now, zone, redraw }) {
  const queue = await queueOf(owner);
  let item;
  try {
    item = await queue.get(key);
  } catch {
    return el("li", "card", el("h2", "card__title", "A set that this tablet can no longer read"), el("p", "", "Its key is gone. Ask who charted here, and chart it again."));
  }
  if (!item || item.state === State.DISCARDED) return null;
  const when = `${localText(item.measured_at, zone).replace("T", " ")} (${ago(now - item.measured_at)})`;
  const title = el("h2", "unsent__who", owner === me ? item.patient_label || `Patient ${item.patient_id}` : "A colleague's set");
  const parts = [title, el("p", "", `Measured ${when}. `, waitsFor(item)), valuesOf(item, owner, me)];
  if (owner === me && item.state === State.REFUSED) parts.push(el("div", "buttons", correctLink(item)), discardForm(queue, item, redraw));
  return el("li", "card unsent__set", ...parts);
}

export async function drawUnsent(place, what) {
  const redraw = () => drawUnsent(place, what);
  const rows = await marks("queue");
  rows.sort((a, b) => a.mark.measured_at - b.mark.measured_at);
  const cards = (await Promise.all(rows.map((row) => card(row, { ...what, redraw })))).filter(Boolean);
  const words = cards.length
    ? "The server has not confirmed these. Nobody has been alerted about them: call where it matters."
    : "Every set that was saved on this tablet has reached the server.";
  const again = el("button", "button button--primary button--large", icon("next"), "Try now");
  again.type = "button";
  again.addEventListener("click", () => sync({ isForced: true }).catch(() => {}));
  const back = el("a", "button button--large", "My patients");
  back.href = "/patients/";
  place.replaceChildren(
    el("header", "page__head", el("div", "", el("h1", "", cards.length ? "Not sent" : "Nothing is waiting"), el("p", "page__lead", words))),
    el("ul", "unsent__list", ...cards),
    el("div", "buttons", cards.length ? again : null, back),
  );
}

// Says on every page that sets have not reached the server: how many, how old, whom to call.
import { ago } from "../ages.js";
import { el, icon } from "../dom.js";
import { serverNow } from "./contact.js";
import { note } from "./idb.js";
import { unsent } from "./queue.js";

const REDRAW_EVERY_MS = 5_000;
// A set that is being saved at this moment is not called unsent yet.
export const BEING_SAVED_MS = 10_000;

export function bannerWords({ count, refused, age }) {
  const sets = count === 1 ? "1 set" : `${count} sets`;
  const why = refused ? ` ${refused} refused: correct or discard.` : "";
  return `${sets} not sent: nobody has been alerted. Oldest measured ${age}.${why}`;
}

async function phoneWords() {
  const [first] = (await note("phones")) ?? [];
  return first ? `${first.role || first.ward} ${first.phone}` : "";
}

function placed() {
  const aside = document.querySelector('aside[aria-label="State of the system"]') ?? document.body;
  const place = el("div", "unsent");
  place.dataset.unsent = "";
  place.setAttribute("role", "alert");
  aside.append(place);
  return place;
}

async function draw(place) {
  const now = await serverNow();
  const { count, refused, oldest } = await unsent({ now, grace: BEING_SAVED_MS });
  const said = count ? bannerWords({ count, refused, age: ago(now - oldest) }) : "";
  if (place.dataset.words === said) return;
  place.dataset.words = said;
  if (!said) return place.replaceChildren();
  const phones = await phoneWords();
  const words = el("span", "", said, phones ? el("b", "unsent__call", ` Call ${phones}.`) : "");
  const show = el("a", "unsent__show", "Show");
  show.href = "/tablet/unsent/";
  place.replaceChildren(el("p", "ribbon ribbon--alarm", icon("warning"), words, show));
}

export function startBanner() {
  const place = placed();
  const quietly = () => draw(place).catch(() => {});
  setInterval(quietly, REDRAW_EVERY_MS);
  document.addEventListener("crs:queue", quietly);
  return draw(place);
}

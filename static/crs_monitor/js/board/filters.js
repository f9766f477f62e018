// Which beds are shown: filters in the address, each with its count, and the view one chose last.
import { NO_SET_FOR_SECONDS } from "./words.js";

const VIEW_KEPT = "crs-board-view";

const KINDS = {
  window: (tile) => tile.in_window,
  silent: (tile, now) => tile.set_at === null || now - tile.set_at >= NO_SET_FOR_SECONDS,
  unassigned: (tile) => tile.nurses.length === 0,
  labs: (tile) => tile.labs_missing,
  step: (tile) => tile.step_up_today,
};

function remembered() {
  try {
    return localStorage.getItem(VIEW_KEPT);
  } catch {
    return null; // storage may be forbidden; the map is as good
  }
}

function remember(view) {
  try {
    localStorage.setItem(VIEW_KEPT, view);
  } catch {
    // As above.
  }
}

export function filters(root, changed) {
  const asked = new URLSearchParams(location.search);
  const chosen = new Set((asked.get("show") ?? "").split(",").filter((kind) => kind in KINDS));
  const buttons = [...root.querySelectorAll("[data-filter]")];
  const views = [...root.querySelectorAll("[data-view-choice]")];
  const clear = root.querySelector("[data-filter-clear]");
  const known = views.map((button) => button.dataset.viewChoice);
  let view = [asked.get("view"), remembered(), "map"].find((each) => known.includes(each));

  function write() {
    const address = new URL(location.href);
    address.searchParams.set("view", view);
    if (chosen.size) address.searchParams.set("show", [...chosen].join(","));
    else address.searchParams.delete("show");
    // Commas are allowed in a query, and read better.
    history.replaceState(null, "", address.href.replaceAll("%2C", ","));
  }

  function press() {
    for (const button of buttons) button.setAttribute("aria-pressed", String(chosen.has(button.dataset.filter)));
    for (const button of views) button.setAttribute("aria-pressed", String(button.dataset.viewChoice === view));
    clear.hidden = chosen.size === 0;
    root.dataset.view = view;
  }

  function change(act) {
    act();
    write();
    press();
    changed();
  }

  for (const button of buttons) {
    const kind = button.dataset.filter;
    button.addEventListener("click", () => change(() => (chosen.has(kind) ? chosen.delete(kind) : chosen.add(kind))));
  }
  for (const button of views) {
    button.addEventListener("click", () =>
      change(() => {
        view = button.dataset.viewChoice;
        remember(view);
      }),
    );
  }
  clear.addEventListener("click", () => {
    change(() => chosen.clear());
    buttons[0]?.focus();
  });
  press();

  return {
    view: () => view,
    isActive: () => chosen.size > 0,
    shows: (tile, now) => [...chosen].every((kind) => KINDS[kind](tile, now)),
    count(tiles, now) {
      for (const button of buttons) {
        const words = String(tiles.filter((tile) => KINDS[button.dataset.filter](tile, now)).length);
        const place = button.querySelector("b");
        if (place.textContent !== words) place.textContent = words;
      }
    },
  };
}

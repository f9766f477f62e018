// What stands above the beds: priorities, waits, sets in time, who is on call, who has how much.
import { el, icon } from "../dom.js";
import { duration } from "../ages.js";
import { isLate, unanswered } from "./words.js";

const RULES_SILENT_SECONDS = 60;
const SEVERITIES = ["P1", "P2", "P3", "P4"];

function show(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function fill(place, key, nodes) {
  if (place.dataset.drawn === key) return;
  place.dataset.drawn = key;
  place.replaceChildren(...nodes());
}

function priorities(place, tiles) {
  const open = tiles.flatMap(unanswered);
  const counts = SEVERITIES.map((severity) => open.filter((alert) => alert.severity === severity).length);
  fill(place, counts.join(), () =>
    SEVERITIES.map((severity, at) => {
      const part = el("li", counts[at] ? "tally" : "tally tally--none", el("span", `severity severity--${severity} severity--small`, severity), el("b", "", String(counts[at])));
      part.title = `${counts[at]} open ${severity}`;
      return part;
    }),
  );
}

function caller({ role, who, phone, is_vacant: isVacant }) {
  const parts = [el("span", "oncall__role", role), el("b", "", who)];
  if (phone) {
    const number = el("a", "oncall__phone", icon("phone"), phone);
    number.href = `tel:${phone.replace(/[^\d+*#]/g, "")}`;
    parts.push(number);
  }
  return el("li", isVacant ? "oncall oncall--vacant" : "oncall", ...parts);
}

function load({ nurse, patients, points, unplanned }) {
  const part = el("li", nurse ? "load" : "load load--nobody", el("span", "", nurse || "No nurse"), el("b", "", `${points.toFixed(1)}${unplanned ? "+" : ""}`), el("small", "", `${patients} ${patients === 1 ? "patient" : "patients"}`));
  part.title = unplanned ? `${unplanned} without a plan: their sets are not counted` : "Workload points: 60 / interval, 2 at grade 2 or more, 1 for each running infusion";
  return part;
}

export function head(root) {
  const at = (name) => root.querySelector(`[data-${name}]`);
  const late = at("late");
  return {
    show({ header, tiles }) {
      priorities(at("priorities"), tiles);
      const { median_minutes: median, count } = header.answered;
      show(at("answered"), median === null ? "none yet" : `${median} min (${count})`);
      const { percent, kept, due } = header.kept;
      show(at("kept"), percent === null ? "not known" : `${percent} % (${kept} of ${due})`);
      fill(at("on-call"), JSON.stringify(header.on_call), () => header.on_call.map(caller));
      fill(at("workload"), JSON.stringify(header.workload), () => header.workload.map(load));
    },
    tick(tiles, now, rulesRanAt) {
      const count = tiles.filter((tile) => isLate(tile, now)).length;
      show(late.querySelector("b"), String(count));
      late.classList.toggle("stat--alarm", count > 0);
      const place = at("rules");
      const age = rulesRanAt === null ? Infinity : now - rulesRanAt;
      const isSilent = age > RULES_SILENT_SECONDS;
      const ago = age < 60 ? `${Math.max(0, Math.round(age))} s` : duration(age * 1000);
      show(place, rulesRanAt === null ? "Rules never ran" : isSilent ? `Rules last ran ${ago} ago` : `Rules ran ${ago} ago`);
      place.classList.toggle("is-silent", isSilent);
    },
  };
}

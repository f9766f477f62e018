// The card of a bed: everything of a patient in words, and what can be done about it from here.
import { ago } from "../ages.js";
import { el, gradeBadge, icon, vital } from "../dom.js";
import { act } from "./acts.js";
import { gravestFirst } from "./tile.js";
import { TRENDS, dueOf, setAge } from "./words.js";

const ETAS = [["0", "I am coming now"], ["5", "In 5 min"], ["15", "In 15 min"]];

function button(words, className, press) {
  const key = el("button", `button ${className}`, words);
  key.type = "button";
  key.addEventListener("click", () => press(key));
  return key;
}

function link(href, name, words) {
  const key = el("a", "button", icon(name), words);
  key.href = href;
  return key;
}

function fact(name, ...value) {
  return el("div", "card-fact", el("dt", "", name), el("dd", "", ...value));
}

export class Card {
  constructor(root, { nurses, may, done, clock }) {
    this.dialog = root.querySelector("[data-card]");
    this.place = this.dialog.querySelector("[data-card-content]");
    this.said = this.dialog.querySelector("[data-card-said]");
    this.url = root.dataset.actsUrl;
    this.ward = root.dataset.wardUrl;
    Object.assign(this, { nurses, may, done, clock });
    this.tile = null;
    this.dialog.querySelector("[data-card-close]").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => (this.tile = null));
  }

  open(tile) {
    this.say("");
    this.draw(tile);
    this.dialog.showModal();
  }

  // The patient moved on while the card is open: what was pressed must not act on old news.
  follow(tiles) {
    if (!this.tile) return;
    const tile = tiles.find(({ id }) => id === this.tile.id);
    if (!tile) return this.dialog.close();
    if (JSON.stringify(tile) === JSON.stringify(this.tile)) return undefined;
    const hadFocus = this.place.contains(document.activeElement);
    this.draw(tile);
    if (hadFocus) this.dialog.querySelector("h2").focus();
    return undefined;
  }

  say(words, isGood = true) {
    this.said.textContent = words;
    this.said.hidden = !words;
    this.said.classList.toggle("notice--caution", !isGood);
  }

  async ask(key, content) {
    key.disabled = true;
    const { ok, said } = await act(this.url, content);
    key.disabled = false;
    this.say(said, ok);
    this.done();
  }

  draw(tile) {
    this.tile = tile;
    const now = this.clock.now();
    const due = dueOf(tile, now);
    const title = el("h2", "card__bed", tile.bed ? `Bed ${tile.bed}` : "No bed", el("span", "", tile.name || tile.code));
    title.tabIndex = -1;
    const icans = tile.icans && `${tile.icans.label}, checked ${ago((now - tile.icans.at) * 1000)}`;
    this.place.replaceChildren(
      el("div", "card__head", title, gradeBadge(tile.grade, { scale: "CRS" }), tile.icans ? gradeBadge(tile.icans, { scale: "ICANS", size: "small" }) : ""),
      el(
        "dl",
        "card-facts",
        fact("CRS", `${tile.grade.label}. ${TRENDS[tile.trend]} over 6 h`),
        fact("ICANS", icans || "Never checked"),
        fact("Course", [tile.therapy, tile.chip, tile.window_words].filter(Boolean).join(" · ")),
        fact("Next set", el("span", "card__due", due.words), ` · ${setAge(tile, now)}`),
        ...tile.flags.map((flag) => fact("Note", flag.words)),
      ),
      el("div", "card__vitals", ...this.vitals(tile.vitals)),
      ...gravestFirst(tile.alerts).map((alert) => this.alert(alert, now)),
      this.nurse(tile),
      el("div", "card__keys", ...this.links(tile)),
    );
  }

  vitals({ temperature, hr, bp, rr, spo2, oxygen }) {
    return [vital("T", temperature), vital("HR", hr), vital("BP", bp), vital("RR", rr), vital("SpO₂", spo2), vital("O₂", oxygen)];
  }

  alert(alert, now) {
    const { code, severity, state, label, owner, version, rung } = alert;
    const who = state === "open" ? "Nobody has answered" : `${owner ?? "Somebody"} ${state === "snoozed" ? "put it off" : "has it"}`;
    const words = el("a", "card__alert-words", el("span", `severity severity--${severity} severity--${state}`, severity), el("b", "", label), el("small", "", `${ago((now - alert.raised_at) * 1000)} · ${who}`));
    words.href = `/alerts/${code}/`;
    const keys = [];
    if (this.may.acknowledge && state !== "acknowledged") {
      for (const [eta, said] of ETAS) keys.push(button(said, eta === "0" ? "button--primary" : "", (key) => this.ask(key, { act: "acknowledge", alert: code, version, eta })));
    }
    if (this.may.call_next && state === "open") {
      keys.push(button("Call the next in line", "button--caution", (key) => this.ask(key, { act: "call_next", alert: code, rung })));
    }
    return el("section", "card__alert", words, keys.length ? el("div", "card__keys", ...keys) : "");
  }

  nurse(tile) {
    const names = tile.nurses.map((each) => each.name).join(", ") || "No nurse is assigned";
    if (!this.may.assign) return el("p", "card__nurse", `Nurse: ${names}`);
    const choice = el("select", "", new Option("Nobody", "0"), ...this.nurses.map(({ id, name }) => new Option(name, id)));
    choice.value = String(tile.nurses[0]?.id ?? 0);
    const label = el("label", "card__nurse-label", "Nurse", choice);
    return el("div", "card__nurse", label, button("Assign", "", (key) => this.ask(key, { act: "assign", patient: tile.id, nurse: choice.value })));
  }

  links(tile) {
    const here = `/patients/${tile.id}`;
    const paper = link(`${here}/summary.pdf`, "print", "Print paper chart");
    paper.target = "_blank";
    return [
      link(`${here}/timeline/`, "chart", "Timeline"),
      link(`${here}/chart/`, "plus", "Add a set"),
      this.may.pause ? link(`${here}/schedule/`, "person-walking", "Off the ward") : "",
      link(`${this.ward}handover/`, "hand", "Start hand-over"),
      paper,
    ];
  }
}

// The floor plan: where each bed stands, and moving one with a pointer or with the arrow keys.
import { act } from "./acts.js";
import { drawEmpty } from "./tile.js";

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const MOST_COLUMNS = 12;
const MOVED_FROM_PX = 8; // less is a press with an unsteady hand

export class Plan {
  constructor(root, { done }) {
    this.root = root;
    this.list = root.querySelector("[data-tiles]");
    this.key = root.querySelector("[data-arrange]");
    this.said = root.querySelector("[data-arrange-said]");
    this.help = root.querySelector("[data-arrange-help]");
    this.url = root.dataset.actsUrl;
    this.done = done;
    this.empty = new Map(); // bed id -> { text, element }
    this.placed = new Map(); // element -> bed
    this.isArranging = false;
    this.focusOn = null;
    this.moves = 0; // begun or ended; an answer asked for before is of another plan
    this.key?.addEventListener("click", () => this.arrange(!this.isArranging));
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("pointerdown", (event) => this.onDown(event));
  }

  arrange(on) {
    this.isArranging = on;
    this.key.setAttribute("aria-pressed", String(on));
    this.key.querySelector("span").textContent = on ? "Done arranging" : "Arrange beds";
    this.root.classList.toggle("is-arranging", on);
    this.help.hidden = !on;
    this.done();
  }

  // Elements in the order of the plan; patients without a bed stand in rows of their own below.
  elements(beds, known) {
    const byBed = new Map();
    const unplaced = [];
    for (const { tile, element, button } of known) {
      if (beds.some((bed) => bed.id === tile.bed_id)) byBed.set(tile.bed_id, { element, button });
      else unplaced.push(element);
    }
    this.placed.clear();
    const columns = Math.max(1, ...beds.map((bed) => bed.column + 1)) + (this.isArranging ? 1 : 0);
    const shown = Math.min(columns, MOST_COLUMNS);
    this.list.style.setProperty("--columns", shown);
    const found = beds.map((bed) => {
      const { element, button } = byBed.get(bed.id) ?? this.emptyBed(bed);
      element.style.gridArea = `${bed.row + 1} / ${bed.column + 1}`;
      this.placed.set(element, bed);
      if (button.classList.contains("bed--empty")) button.disabled = !this.isArranging;
      return element;
    });
    const below = Math.max(0, ...beds.map((bed) => bed.row + 1));
    unplaced.forEach((element, at) => {
      element.style.gridArea = `${below + 1 + Math.floor(at / shown)} / ${(at % shown) + 1}`;
    });
    return [...found, ...unplaced];
  }

  emptyBed(bed) {
    let known = this.empty.get(bed.id);
    if (known?.text !== bed.label) {
      known = { text: bed.label, ...drawEmpty(bed) };
      this.empty.set(bed.id, known);
    }
    return known;
  }

  refocus() {
    if (this.focusOn === null) return;
    for (const [element, bed] of this.placed) if (bed.id === this.focusOn) element.querySelector("button")?.focus();
    this.focusOn = null;
  }

  bedAt(target) {
    const element = target.closest?.(".bed-place");
    return element ? { element, bed: this.placed.get(element) } : {};
  }

  onKey(event) {
    const step = STEPS[event.key];
    const { bed } = this.bedAt(event.target);
    if (!this.isArranging || !step || !bed) return;
    event.preventDefault();
    this.move(bed, bed.row + step[0], bed.column + step[1]);
  }

  async move(bed, row, column) {
    if (row < 0 || column < 0 || column >= MOST_COLUMNS) return;
    this.moves += 1;
    const { ok, said } = await act(this.url, { act: "move_bed", bed: bed.id, row, column });
    this.moves += 1;
    this.said.textContent = ok ? `Bed ${bed.label}: ${said}` : said;
    if (ok) this.swap(bed, row, column);
    this.focusOn = bed.id;
    this.done();
  }

  // As the server did it, so that the next key starts from here and not from the last answer.
  swap(bed, row, column) {
    const there = [...this.placed.values()].find((other) => other.row === row && other.column === column);
    if (there) [there.row, there.column] = [bed.row, bed.column];
    [bed.row, bed.column] = [row, column];
  }

  onDown(event) {
    const { element, bed } = this.bedAt(event.target);
    if (!this.isArranging || !bed || event.button !== 0) return;
    event.preventDefault();
    element.querySelector("button")?.focus();
    const from = { x: event.clientX, y: event.clientY };
    const follow = (moved) => {
      element.classList.add("is-dragged");
      element.style.transform = `translate(${moved.clientX - from.x}px, ${moved.clientY - from.y}px)`;
    };
    const stop = (released) => {
      window.removeEventListener("pointermove", follow);
      window.removeEventListener("pointerup", stop);
      window.removeEventListener("pointercancel", stop);
      element.classList.remove("is-dragged");
      element.style.transform = "";
      const far = Math.hypot(released.clientX - from.x, released.clientY - from.y);
      if (released.type === "pointerup" && far >= MOVED_FROM_PX) this.drop(bed, released);
    };
    window.addEventListener("pointermove", follow);
    window.addEventListener("pointerup", stop);
    window.addEventListener("pointercancel", stop);
  }

  // By measure and not by what lies under the pointer: an empty place has no element.
  drop(bed, { clientX, clientY }) {
    const box = this.list.getBoundingClientRect();
    const style = getComputedStyle(this.list);
    const columns = style.gridTemplateColumns.split(" ").length;
    const column = Math.floor(((clientX - box.left) / box.width) * columns);
    const height = parseFloat(style.gridAutoRows) + parseFloat(style.rowGap);
    const row = Math.floor((clientY - box.top) / height);
    this.move(bed, row, column);
  }
}


// The chart's keys. Letters wait a moment: a scanner types faster than any hand, and its letters are no commands.

const SCANNER_MS = 60;
const REMEMBERED = "crs-timeline-letters";
const TYPED_IN = "input, select, textarea, [contenteditable], .twin";

export class Keys {
  constructor(commands, toggle) {
    this.commands = commands;
    this.toggle = toggle;
    this.waiting = null;
    this.last = 0;
    try {
      toggle.checked = localStorage.getItem(REMEMBERED) !== "off";
    } catch {
      // Not remembered: the keys are on.
    }
    toggle.addEventListener("change", () => {
      try {
        localStorage.setItem(REMEMBERED, toggle.checked ? "on" : "off");
      } catch {
        // It holds for this page alone.
      }
    });
    document.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    const quick = event.timeStamp - this.last < SCANNER_MS;
    this.last = event.timeStamp;
    clearTimeout(this.waiting);
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.(TYPED_IN)) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const command = this.commands[name];
    if (!command) return;
    if (name.length > 1) {
      if (name !== "Escape") event.preventDefault();
      command(event);
    } else if (this.toggle.checked && !quick && !event.repeat) {
      this.waiting = setTimeout(() => command(event), SCANNER_MS);
    }
  }
}

// The reasons of one grade, fetched when somebody asks, shown beside the chart and taken away with Escape.
import { el, gradeBadge } from "../dom.js";

const FETCH_TIMEOUT_MS = 10_000;

function list(title, items, className = "") {
  if (!items.length) return null;
  return el("section", `whypanel__part ${className}`.trim(), el("h3", "", title), el("ul", "", ...items.map((item) => el("li", "", ...[item].flat()))));
}

function reading(row) {
  const when = [row.at, row.age && `${row.age} earlier`, row.by].filter(Boolean).join(" · ");
  return [el("b", "", row.label), ` ${row.value} `, el("small", "", row.carried ? `carried forward, ${when}` : when)];
}

export class Why {
  constructor(panel, here) {
    this.panel = panel;
    this.here = here;
    this.from = null;
  }

  async open(address) {
    this.from = document.activeElement;
    this.panel.hidden = false;
    this.panel.replaceChildren(this.head("Why this grade"), el("p", "", "Loading…"));
    this.panel.focus();
    try {
      const reply = await fetch(`${this.here}/timeline/${address}/`, {
        headers: { Accept: "application/json" },
        cache: "no-store",
        credentials: "same-origin",
        redirect: "error",
        signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
      });
      if (!reply.ok) throw new Error(`the server answered ${reply.status}`);
      this.fill(await reply.json());
    } catch (error) {
      console.warn(error);
      this.panel.replaceChildren(this.head("Why this grade"), el("p", "", "The reasons could not be loaded. Try again."));
    }
  }

  close() {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.from?.focus?.();
  }

  head(title) {
    const shut = el("button", "tool tool--alone", "×");
    shut.type = "button";
    shut.setAttribute("aria-label", "Close");
    shut.addEventListener("click", () => this.close());
    return el("header", "whypanel__head", el("h2", "", title), shut);
  }

  fill(content) {
    const because = content.because.map((row) => [el("span", "", row.words), row.inputs.length ? el("small", "", ` ${row.inputs.join(", ")}`) : null].filter(Boolean));
    const links = content.links.map((link) => {
      const anchor = el("a", "", link.label);
      anchor.href = link.href;
      return anchor;
    });
    this.panel.replaceChildren(
      this.head("Why this grade"),
      el("p", "whypanel__grade", gradeBadge(content.grade, { size: "large" }), el("span", "", `${content.title}: ${content.grade.label}, at ${content.at}`)),
      ...[
        content.replaced ? el("p", "whypanel__note", "It was graded again since; this is what stood before.") : null,
        list("Rules met", because) ?? el("p", "whypanel__note", "No criterion was met by what was recorded."),
        list("Values it rests on", content.readings.map(reading)),
        list("Not recorded, so not judged", content.missing, "hatched"),
        list("Also", content.flags),
        list("Said of it", content.said.map((row) => [`${row.words} `, el("small", "", [row.at, row.note].filter(Boolean).join(" · "))])),
        links.length ? el("p", "whypanel__links", ...links) : null,
        el("p", "whypanel__note", `Rules: ${content.ruleset}, not yet clinically approved. Check the patient.`),
      ].filter(Boolean),
    );
  }
}

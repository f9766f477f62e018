// Handwriting of the neuro checks as small pictures in their lane; each leads to the stored sentence.
import { el } from "../dom.js";
import { ms } from "./instants.js";

export class Samples {
  constructor(layer, here) {
    this.layer = layer;
    this.here = here;
    this.known = "";
    this.links = [];
  }

  show(guide) {
    const known = JSON.stringify(guide.samples);
    if (known === this.known) return;
    this.known = known;
    this.links = guide.samples.map(({ at, check, words }) => {
      const image = el("img", "samples__image");
      image.src = `${this.here}/neuro/${check}/handwriting.svg`;
      image.alt = `Handwriting, ${words}`;
      image.loading = "lazy";
      const link = el("a", "samples__link", image);
      link.href = image.src;
      link.title = image.alt;
      return { link, time: ms(at) };
    });
    this.layer.replaceChildren(...this.links.map(({ link }) => link));
  }

  place(readout) {
    const { left, top, width, height } = readout.frame;
    const [high, low] = readout.guide.lanes.neuro;
    this.layer.style.top = `${top + (1 - high) * height}px`;
    this.layer.style.height = `${(high - low) * height}px`;
    for (const { link, time } of this.links) {
      const at = readout.pixelOf(time);
      link.hidden = at < left || at > left + width - 8;
      link.style.transform = `translateX(${at}px)`;
    }
  }
}

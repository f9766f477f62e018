// Draws the comparison that came with the page; when it cannot, it says so and opens the table.
import { draw } from "./charts.js";

const root = document.querySelector("[data-compare]");
const figure = JSON.parse(document.querySelector("#compare-figure").textContent);
const chart = root.querySelector("[data-chart]");
let canvas = null;

async function show() {
  try {
    if (!canvas) {
      canvas = document.createElement("div");
      chart.replaceChildren(canvas);
    }
    await draw(canvas, figure);
  } catch (error) {
    console.error(error);
    root.classList.add("has-failed");
    root.querySelector("[data-failure]").hidden = false;
    document.querySelector("[data-twin]").open = true;
  }
}

show();
// The night sheet may still be on its way; the next frame knows its colors.
document.addEventListener("themechange", () => requestAnimationFrame(show));

// How far an import is: asked of its row every two seconds; at its end the page is loaded anew.
const EVERY_MS = 2000;
const box = document.querySelector("[data-import]");

async function look() {
  try {
    const answer = await fetch(box.dataset.import, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const { state, done, of } = await answer.json();
      if (state !== box.dataset.state) {
        location.reload();
        return;
      }
      const bar = box.querySelector("progress");
      bar.max = of || 1;
      bar.value = done;
      box.querySelector("[data-done]").textContent = done;
      box.querySelector("[data-of]").textContent = of || "?";
    }
  } catch {
    // The next look may find the way again.
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);

// The mapping screen: beside what a column is, only the units it can be in.
const known = JSON.parse(document.getElementById("units").textContent);

function offer(line) {
  const what = line.querySelector("[data-what]").value;
  const unit = line.querySelector("[data-unit]");
  if (!unit) return;
  const units = known[what] ?? [];
  const chosen = units.includes(unit.value) ? unit.value : units.includes(unit.dataset.chosen) ? unit.dataset.chosen : "";
  unit.replaceChildren(...["", ...units].map((each) => {
    const option = document.createElement("option");
    option.value = each;
    option.textContent = each || (units.length ? "Choose" : "–");
    option.selected = each === chosen;
    return option;
  }));
  unit.disabled = units.length === 0;
}

for (const line of document.querySelectorAll("[data-line]")) {
  offer(line);
  line.querySelector("[data-what]").addEventListener("change", () => offer(line));
}

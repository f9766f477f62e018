// The mapping screen: beside what a column is, only the units it can be in.
const known = JSON.parse(document.getElementById("units").textContent);

function offer(line) {
  const what = line.querySelector("[data-what]").value;
  const unit = line.querySelector("[data-unit]");
  if (!unit) return;
  const units = known[what] ?? [];
  const chosen = units.includes(unit.value) ? unit.value : units.includes(unit.dataset.chosen) ? unit.dataset.chosen : "";
  // A vital sign kept in one unit is in it; of a result even one unit is a person's to say.
  const sole = units.length === 1 && !what.startsWith("loinc:");
  unit.replaceChildren(...(sole ? units : ["", ...units]).map((each) => {
    const option = document.createElement("option");
    option.value = each;
    option.textContent = each || (units.length ? "Choose" : "–");
    option.selected = sole || each === chosen;
    return option;
  }));
  unit.disabled = units.length === 0 || sole;
}

for (const line of document.querySelectorAll("[data-line]")) {
  offer(line);
  line.querySelector("[data-what]").addEventListener("change", () => offer(line));
}

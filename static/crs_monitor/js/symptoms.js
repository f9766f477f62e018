// The quick check of symptoms: one press answers what is left of a body system, in plain sight.

for (const group of document.querySelectorAll("[data-group]")) {
  group.querySelector("[data-rest-absent]").addEventListener("click", () => {
    for (const line of group.querySelectorAll("[data-line]")) {
      const said = line.querySelector(".symptom__ask input:checked");
      if (!said || said.value === "") line.querySelector("input[value=absent]").checked = true;
    }
  });
}

// What opens only when it is needed: one panel at a time, and support by itself once a value calls for it.

const FEVER_CELSIUS = 38;

export function attachPanels(form) {
  const panels = [...form.querySelectorAll("[data-panel]")];
  for (const panel of panels) {
    panel.addEventListener("toggle", () => {
      if (!panel.open) return;
      for (const other of panels) if (other !== panel) other.open = false;
    });
  }
  form.addEventListener("keydown", (event) => {
    const open = panels.find((panel) => panel.open);
    if (event.key !== "Escape" || !open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  attachSkips(form);
  attachSupport(form);
}

function attachSkips(form) {
  const panel = form.querySelector("[data-skips]");
  const count = panel.querySelector("[data-skip-count]");
  const show = () => {
    const all = form.querySelector('[name="skip_set"]:checked');
    const single = [...panel.querySelectorAll("select")].filter((select) => select.value).length;
    count.textContent = all ? `: ${all.nextElementSibling.textContent}` : single ? `: ${single}` : "";
    panel.classList.toggle("is-used", count.textContent !== "");
  };
  panel.addEventListener("change", (event) => {
    show();
    if (event.target.name === "skip_set") panel.open = false; // one tap was the whole of it
  });
  let chosen = panel.querySelector('[name="skip_set"]:checked');
  panel.addEventListener("click", (event) => {
    const radio = event.target;
    if (!(radio instanceof HTMLInputElement) || radio.name !== "skip_set") return;
    if (radio === chosen) {
      radio.checked = false;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    }
    chosen = radio.checked ? radio : null;
  });
  show();
}

function attachSupport(form) {
  const support = form.querySelector("[data-support]");
  const below = Number(form.dataset.hypotensionBelow);
  const number = (name) => Number.parseFloat(form.elements[name].value);
  let opened = false;
  form.addEventListener("focusout", () => {
    if (opened || support.checked) return;
    const low = form.elements.systolic_mmhg.value.length >= 2 && number("systolic_mmhg") < below;
    if (number("temperature_celsius") >= FEVER_CELSIUS || low) {
      opened = true; // once: whoever closes it again has seen it
      support.checked = true;
    }
  });
  for (const row of form.querySelectorAll("[data-dose]")) {
    const drug = [...form.querySelectorAll('[name="vasopressors"]')].find((box) => box.value === row.dataset.dose);
    const show = () => row.classList.toggle("is-running", drug.checked);
    form.addEventListener("change", show);
    show();
  }
}

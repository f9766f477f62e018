// What each CAPD question looks like at the age of development that is judged by.

export function attachAnchors(form) {
  const age = form.querySelector("[name=anchors]");
  const show = () => {
    for (const line of form.querySelectorAll("[data-anchor]")) line.hidden = line.dataset.anchor !== age.value;
  };
  age.addEventListener("change", show);
  form.addEventListener("crs:restored", show);
  show();
}

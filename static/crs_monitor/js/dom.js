// Builds elements without ever parsing HTML: names and labels are text, whatever they contain.

const SVG = "http://www.w3.org/2000/svg";
const sprite = document.documentElement.dataset.sprite;

export function el(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function icon(name) {
  const use = svg("use", { href: `${sprite}#${name}` });
  return svg("svg", { class: "icon", "aria-hidden": "true", focusable: "false" }, use);
}

// The same badge as components/grade.html: shape, number and color.
export function gradeBadge(grade, { scale = "", size = "" } = {}) {
  const shape = svg(
    "svg",
    { class: "grade__shape", viewBox: "0 0 40 40", "aria-hidden": "true", focusable: "false" },
    svg("use", { href: `${sprite}#shape-${grade.shape}` }),
  );
  const number = el("span", "grade__number", grade.short);
  number.setAttribute("aria-hidden", "true");
  const badge = el("span", `grade ${grade.token} grade--${grade.shape}${size && ` grade--${size}`}`, shape, number);
  badge.setAttribute("role", "img");
  badge.setAttribute("aria-label", `${scale} ${grade.label}`.trim());
  badge.title = `${scale} ${grade.label}`.trim();
  return badge;
}

// A value nobody recorded is hatched and says so; it is never drawn like a normal one.
export function vital(label, value) {
  const missing = value === null || value === undefined || value === "";
  const shown = el("span", "vital__value", missing ? "–" : String(value));
  const tile = el("div", missing ? "vital hatched" : "vital", el("span", "vital__label", label), shown);
  if (missing) shown.append(el("span", "visually-hidden", "not recorded"));
  return tile;
}

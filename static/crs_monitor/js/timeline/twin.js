// The chart's twin: every value as a row of text.

function cell(tag, text) {
  const element = document.createElement(tag);
  const missing = text === null || text === undefined || text === "";
  element.textContent = missing ? "–" : text;
  if (missing) element.className = "hatched";
  if (tag === "th") element.scope = "col";
  return element;
}

export function fillTable(twin, table) {
  const rows = table.rows.map((row) => {
    const line = document.createElement("tr");
    line.append(...row.map((text) => cell("td", text)));
    return line;
  });
  twin.querySelector("[data-twin-head]").replaceChildren(...table.columns.map((text) => cell("th", text)));
  twin.querySelector("[data-twin-body]").replaceChildren(...rows);
  twin.hidden = false;
}

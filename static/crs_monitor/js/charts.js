// The only caller of the chart library: fixed options, and colors taken from the style sheet's tokens.

// Sharing would open another company's site with the patient's data in it.
export const OPTIONS = Object.freeze({
  showSendToCloud: false,
  displaylogo: false,
  responsive: true,
  modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
});

const AXIS = /^[xy]axis\d*$/;
const COLORWAY = ["chart-temperature", "chart-systolic", "chart-heart-rate", "chart-spo2", "chart-neuro", "chart-lab-1"];

function readTokens() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

// A figure names a meaning ("heart-rate", "window", "grade-2"); what color that is tonight is decided here.
function colorsOf(name, token) {
  if (!name) return null;
  if (/^grade-\d$/.test(name)) {
    return { fill: token(`${name}-fill`), line: token(`${name}-line`), ink: token(`${name}-ink`) };
  }
  const color = token(`chart-${name}`);
  return color ? { fill: color, line: color, ink: color } : null;
}

function themedTrace(trace, token) {
  const colors = colorsOf(trace.meta?.token, token);
  if (!colors) return trace;
  const themed = { ...trace, line: { ...trace.line, color: colors.line } };
  themed.marker = { ...trace.marker, color: colors.fill };
  themed.marker.line = { ...trace.marker?.line, color: colors.line };
  if (trace.type === "bar") delete themed.line; // a bar has no line of its own
  if (trace.fill && trace.fill !== "none") themed.fillcolor = token(`chart-${trace.meta.token}-fill`) || trace.fillcolor;
  themed.textfont = { ...trace.textfont, color: token("ink") };
  return themed;
}

function themedShape(shape, token) {
  const colors = colorsOf(shape.name, token);
  if (!colors) return shape;
  const themed = { ...shape, line: { ...shape.line, color: colors.line } };
  if (shape.type === "rect") themed.fillcolor = colors.fill;
  if (shape.label) themed.label = { ...shape.label, font: { ...shape.label.font, color: colors.ink } };
  return themed;
}

function themedAnnotation(annotation, token) {
  const color = colorsOf(annotation.name, token)?.ink ?? token("ink-2");
  return { ...annotation, font: { ...annotation.font, color } };
}

function themedAxis(axis, token) {
  return {
    ...axis,
    gridcolor: token("line"),
    linecolor: token("line-strong"),
    tickcolor: token("line-strong"),
    zeroline: false,
    spikecolor: token("ink-3"),
    spikethickness: 1,
    tickfont: { ...axis.tickfont, color: token("ink-3") },
    title: axis.title?.text ? { ...axis.title, font: { ...axis.title.font, color: token("ink-2") } } : axis.title,
  };
}

function themedLayout(layout, token) {
  const themed = {
    ...layout,
    autosize: true,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { ...layout.font, family: getComputedStyle(document.body).fontFamily, color: token("ink-2") },
    colorway: COLORWAY.map(token),
    hoverlabel: {
      ...layout.hoverlabel,
      bgcolor: token("surface"),
      bordercolor: token("line-strong"),
      font: { ...layout.hoverlabel?.font, color: token("ink") },
    },
    legend: { ...layout.legend, bgcolor: "rgba(0,0,0,0)", font: { ...layout.legend?.font, color: token("ink-2") } },
    modebar: { ...layout.modebar, bgcolor: "rgba(0,0,0,0)", color: token("ink-3"), activecolor: token("accent") },
    shapes: (layout.shapes ?? []).map((shape) => themedShape(shape, token)),
    annotations: (layout.annotations ?? []).map((annotation) => themedAnnotation(annotation, token)),
  };
  for (const name of Object.keys(layout)) {
    if (AXIS.test(name)) themed[name] = themedAxis(layout[name], token);
  }
  delete themed.width; // the screen decides, not the server
  delete themed.height;
  delete themed.template;
  return themed;
}

export function themed(figure) {
  const token = readTokens();
  return {
    data: figure.data.map((trace) => themedTrace(trace, token)),
    layout: themedLayout(figure.layout, token),
  };
}

/** Draws or redraws the figure; rejects when the library is missing or refuses. */
export async function draw(element, figure) {
  if (!window.Plotly) throw new Error("the chart library did not load");
  const { data, layout } = themed(figure);
  await window.Plotly.react(element, data, layout, OPTIONS);
}

/** Moves the shared axis by a number of its own units (days, or milliseconds on a date axis). */
export function shift(element, units) {
  const range = element.layout?.xaxis?.range;
  if (!range) return;
  const isDate = element.layout.xaxis.type === "date";
  const moved = range.map((edge) =>
    isDate ? new Date(Date.parse(`${String(edge).replace(" ", "T")}Z`) + units * 86_400_000).toISOString().slice(0, 19) : edge + units,
  );
  window.Plotly.relayout(element, { "xaxis.range": moved });
}

export function showAll(element) {
  window.Plotly.relayout(element, { "xaxis.autorange": true });
}

/** Calls back with the address behind a point that was clicked: a grade leads to its reasons. */
export function onPick(element, follow) {
  element.on("plotly_click", (event) => {
    const address = event.points?.[0]?.customdata;
    if (typeof address === "string" && address.startsWith("/")) follow(address);
  });
}

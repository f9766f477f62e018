// The only caller of the chart library: fixed options, and colors taken from the style sheet's tokens.

// Sharing would open another company's site with the patient's data in it.
export const OPTIONS = Object.freeze({
  showSendToCloud: false,
  displaylogo: false,
  displayModeBar: true,
  responsive: true,
  doubleClick: false,
  modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d", "zoomIn2d", "zoomOut2d", "resetScale2d"],
});

const AXIS = /^[xy]axis\d*$/;
const COLORWAY = ["chart-temperature", "chart-systolic", "chart-heart-rate", "chart-spo2", "chart-neuro", "chart-lab-1"];
const NOTHING = "rgba(0,0,0,0)";

function readTokens() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

// A figure names a meaning ("heart-rate", "window", "grade-2"); what color that is tonight is decided here.
function colorsOf(name, token) {
  if (!name) return null;
  if (/^grade-\d$/.test(name)) {
    return { fill: token(`${name}-fill`), line: token(`${name}-line`), ink: token(`${name}-ink`), soft: token(`${name}-soft`) };
  }
  const color = token(`chart-${name}`);
  return color ? { fill: color, line: color, ink: token("surface"), soft: token("sunken") } : null;
}

// Each bar has a look of its own beside its color, so that a picture in gray tells the same.
const LOOKS = {
  solid: (colors) => [colors.fill, colors.line, colors.ink],
  tint: (colors, token) => [colors.soft, colors.line, token("ink")],
  outline: (colors, token) => [NOTHING, colors.line, token("ink-2")],
  hatch: (colors, token) => [NOTHING, colors.line, token("ink-2")],
  dots: (colors, token) => [colors.soft, colors.line, token("ink")],
  shade: (colors) => [colors.fill, NOTHING, colors.ink],
};

function themedBars(trace, token) {
  const looks = trace.meta.tokens.map((name, n) => {
    const colors = colorsOf(name, token) ?? colorsOf("limit", token);
    return LOOKS[trace.meta.looks[n]](colors, token);
  });
  const lines = looks.map(([, line]) => line);
  const marker = {
    ...trace.marker,
    color: looks.map(([fill]) => fill),
    line: { ...trace.marker.line, color: lines },
    pattern: { ...trace.marker.pattern, fillmode: "overlay", fgcolor: lines, bgcolor: looks.map(([fill]) => fill) },
  };
  const color = looks.map(([, , ink]) => ink);
  return { ...trace, marker, insidetextfont: { ...trace.insidetextfont, color } };
}

function themedTrace(trace, token) {
  if (trace.meta?.tokens) return themedBars(trace, token);
  const colors = colorsOf(trace.meta?.token, token);
  if (!colors) return trace;
  const themed = { ...trace, line: { ...trace.line, color: colors.line } };
  themed.marker = { ...trace.marker, color: colors.fill };
  themed.marker.line = { ...trace.marker?.line, color: colors.line };
  if (trace.fill && trace.fill !== "none") themed.fillcolor = token(`chart-${trace.meta.token}-fill`) || trace.fillcolor;
  themed.textfont = { ...trace.textfont, color: token("ink") };
  return themed;
}

function themedShape(shape, token) {
  const color = token(`chart-${shape.name}`);
  return color ? { ...shape, fillcolor: color } : shape;
}

function themedAnnotation(annotation, token) {
  return { ...annotation, font: { ...annotation.font, color: token("ink-2") } };
}

function themedAxis(axis, token) {
  return {
    ...axis,
    gridcolor: token("line"),
    linecolor: token("line-strong"),
    tickcolor: token("line-strong"),
    zeroline: false,
    tickfont: { ...axis.tickfont, color: token("ink-2") },
  };
}

function themedLayout(layout, token) {
  const themed = {
    ...layout,
    autosize: true,
    paper_bgcolor: NOTHING,
    plot_bgcolor: NOTHING,
    font: { ...layout.font, family: getComputedStyle(document.body).fontFamily, color: token("ink-2") },
    colorway: COLORWAY.map(token),
    hoverlabel: {
      ...layout.hoverlabel,
      bgcolor: token("surface"),
      bordercolor: token("line-strong"),
      font: { ...layout.hoverlabel?.font, color: token("ink") },
    },
    modebar: { ...layout.modebar, bgcolor: NOTHING, color: token("ink-3"), activecolor: token("accent") },
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

/** Puts a span of time in sight, with the ticks that fit it. */
export function look(element, range, ticks) {
  return window.Plotly.relayout(element, { "xaxis.range": range, "xaxis.tickvals": ticks.vals, "xaxis.ticktext": ticks.text });
}

/** Takes the size of the place it has. */
export function fill(element) {
  return window.Plotly.Plots.resize(element);
}

/** Changes the ticks alone. */
export function name(element, ticks) {
  return window.Plotly.relayout(element, { "xaxis.tickvals": ticks.vals, "xaxis.ticktext": ticks.text });
}

/** Calls back with the address behind a point or bar that was clicked: a grade leads to its reasons. */
export function onPick(element, follow) {
  element.on("plotly_click", (event) => {
    const address = event.points?.[0]?.customdata;
    if (typeof address === "string" && /^(why|alerts)\/\w+\/?$/.test(address)) follow(address);
  });
}

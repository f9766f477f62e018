// A sheet to write on with a finger or a pen. It keeps strokes as whole numbers, never a picture.

const WIDTH = 1000;
const HEIGHT = 360;
const MOST_STROKES = 300;
const MOST_POINTS = 4000;
const NEAR = 4; // points closer than this to the one before add nothing
const INK = 6;

const whole = (value, most) => Math.min(Math.max(Math.round(value), 0), most);
const countOf = (strokes) => strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);

// Every other point, with the first and the last: the shape stays, half the points go.
export function thinned(stroke) {
  const last = stroke.length - 2;
  return stroke.filter((_, place) => place < 2 || place >= last || Math.floor(place / 2) % 2 === 0);
}

export function read(text) {
  try {
    const strokes = JSON.parse(text);
    return Array.isArray(strokes) && strokes.every(Array.isArray) ? strokes : [];
  } catch {
    return [];
  }
}

function draw(canvas, strokes) {
  const scale = canvas.clientWidth / WIDTH;
  const sharp = window.devicePixelRatio || 1;
  canvas.width = Math.round(WIDTH * scale * sharp) || WIDTH;
  canvas.height = Math.round(HEIGHT * scale * sharp) || HEIGHT;
  const pen = canvas.getContext("2d");
  pen.scale(canvas.width / WIDTH, canvas.height / HEIGHT);
  pen.strokeStyle = getComputedStyle(canvas).color;
  pen.lineWidth = INK;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  for (const stroke of strokes) {
    pen.beginPath();
    pen.moveTo(stroke[0], stroke[1]);
    for (let at = 2; at < stroke.length; at += 2) pen.lineTo(stroke[at], stroke[at + 1]);
    if (stroke.length === 2) pen.lineTo(stroke[0], stroke[1]);
    pen.stroke();
  }
}

export function attachPad(pad, form) {
  const canvas = pad.querySelector("canvas");
  const kept = form.querySelector("[name=handwriting]");
  let strokes = read(kept.value);
  let current = null;
  let penSeen = false;

  const redraw = () => draw(canvas, current ? [...strokes, current] : strokes);
  const keep = () => {
    kept.value = strokes.length ? JSON.stringify(strokes) : "";
    kept.dispatchEvent(new Event("input", { bubbles: true }));
    redraw();
  };
  const add = (event) => {
    const box = canvas.getBoundingClientRect();
    const x = whole(((event.clientX - box.left) / box.width) * WIDTH, WIDTH);
    const y = whole(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT);
    const [lastX, lastY] = current.slice(-2);
    if (current.length && Math.hypot(x - lastX, y - lastY) < NEAR) return;
    current.push(x, y);
  };

  canvas.addEventListener("pointerdown", (event) => {
    // A hand that rests on the sheet is not the pen.
    if (event.pointerType === "pen") penSeen = true;
    if (current || (penSeen && event.pointerType === "touch") || strokes.length >= MOST_STROKES) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    current = [];
    add(event);
    redraw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!current || !canvas.hasPointerCapture(event.pointerId)) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const each of between.length ? between : [event]) add(each);
    redraw();
  });
  const lift = (event) => {
    if (!current || !canvas.hasPointerCapture(event.pointerId)) return;
    canvas.releasePointerCapture(event.pointerId);
    strokes.push(current);
    current = null;
    while (countOf(strokes) > MOST_POINTS) strokes = strokes.map(thinned);
    keep();
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  pad.querySelector("[data-pad-undo]").addEventListener("click", () => {
    strokes.pop();
    keep();
  });
  pad.querySelector("[data-pad-clear]").addEventListener("click", () => {
    strokes = [];
    keep();
  });

  form.addEventListener("crs:restored", () => {
    strokes = read(kept.value);
    redraw();
  });
  new ResizeObserver(redraw).observe(canvas);
  new MutationObserver(redraw).observe(document.documentElement, { attributes: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

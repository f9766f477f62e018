// Finds an answer in a table that the server's rules wrote. Nothing here decides anything.

// The place of these digits in the table of an axis.
function place(axis, digits) {
  return digits.reduce((sum, digit, n) => sum * axis.sizes[n] + Number(digit), 0);
}

// One character a number, or two where the axis says so.
export function numberAt(table, axis, digits) {
  const width = axis.width ?? 1;
  const start = place(axis, digits) * width;
  const characters = [...axis.keys.slice(start, start + width)];
  return characters.reduce((sum, each) => sum * table.alphabet.length + table.alphabet.indexOf(each), 0);
}

export function classOf(table, axis, digits) {
  return axis.classes[numberAt(table, axis, digits)];
}

// Down the branches, one for the core of each class.
export function leafOf(diagram, classes) {
  const end = classes.reduce((node, [core]) => diagram.nodes[node][core], diagram.root);
  return diagram.leaves[end];
}

export function fill(pattern, ...values) {
  return values.reduce((text, value) => text.replace("{}", () => String(value)), pattern);
}

export function inWords(words, inputs) {
  return inputs.length ? `${words} (${inputs.join(", ")})` : words;
}

// Building DOM without innerHTML: text stays text, whoever wrote it.

/** An element with attributes, properties (`onclick`, `hidden`, ...) and children. */
export function element(tag, attributes = {}, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function drawing(tag, attributes = {}, ...children) {
  return dress(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function dress(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

let identities = 0;

/** An id that no other element of the page has. */
export function uniqueId(stem) {
  identities += 1;
  return `scalelab-${stem}-${identities}`;
}

/** Replaces the text only if it differs, so that a live region is not read out for nothing. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

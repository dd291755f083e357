// The labs and quizzes of a plain page: takes over the figures that were rendered with the book.

import { element } from "./dom.js";
import { Engine } from "./engine.js";
import { mountLab } from "./lab.js";
import { readLines } from "./lines.js";
import { PageModel } from "./model.js";
import { mountQuiz } from "./quiz.js";
import { parseFragment, settingsFromAddress } from "./settings.js";
import { readTrace } from "./trace.js";

/** Makes every lab and quiz of the page live; the figures that cannot be stay as they are. */
export async function start() {
  for (const place of document.querySelectorAll("div.scalelab-quiz[data-quiz]")) {
    const quiz = globalThis.scalelab?.quizzes[place.dataset.quiz];
    if (quiz) mountQuiz(quiz.definition, place);
  }
  const labs = [...document.querySelectorAll("figure.scalelab-lab[data-lab]")]
    .map(adopt)
    .filter(Boolean);
  const linked = () => followLink(labs);
  addEventListener("hashchange", linked);
  let next = linked();
  await scrolled();
  // One after the other, the one that the reader came for first: together they would all be late.
  for (const waiting = new Set(labs); waiting.size; next = null) {
    next ??= nearest(waiting);
    waiting.delete(next);
    await next.lab.begin();
  }
}

// Until the browser has gone to the part of the page that the address names.
function scrolled() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

// The lab in view, or the one with the shortest way there.
function nearest(labs) {
  const away = ({ place }) => {
    const { top, bottom } = place.getBoundingClientRect();
    return Math.max(top - innerHeight, -bottom, 0);
  };
  return [...labs].sort((one, other) => away(one) - away(other))[0];
}

function adopt(place) {
  const name = place.dataset.lab;
  const entry = globalThis.scalelab?.labs[name];
  if (!entry) return null;
  const { definition, wasm, pages } = entry;
  place.id ||= `lab.${name}`;
  try {
    const given = JSON.parse(place.dataset.settings || "{}");
    const defaults = definition.controls.map((control) => [control.name, control.default]);
    const settings = { ...Object.fromEntries(defaults), ...given };
    const engine = new Engine(bytesOf(wasm), definition.parameters.map(({ type }) => type));
    const model = new PageModel(definition, engine, settings, readInPage);
    const lab = mountLab(model, place, {
      vega: Promise.resolve(globalThis.scalelabVega),
      address: (fragment) => addressOf(fragment),
      elsewhere: (other, fragment) => inBook(pages[other]) + fragment,
      stoppable: true,
      sample: sampleInPage,
      privacy: "It is read here, in this page, and never leaves your computer.",
    });
    return { name, definition, place, lab };
  } catch (error) {
    console.error(error);
    place.dataset.state = "failed";
    return null;
  }
}

// The lab that the address leads to, moved to the address's settings and into view.
function followLink(labs) {
  const link = parseFragment(location.hash);
  const found = link && labs.find(({ name }) => name === link.name);
  if (!found) return null;
  if (link.given.size) found.lab.configure(settingsFromAddress(found.definition.controls, link.given));
  found.place.scrollIntoView({ block: "start" });
  return found;
}

// The address bar shows the link as well, for browsers that refuse to copy.
function addressOf(fragment) {
  history.replaceState(history.state, "", fragment);
  return location.href;
}

// The book may be in any folder, on a server or a disk: every page knows the way to its root.
function inBook(path) {
  return new URL((document.documentElement.dataset.content_root ?? "./") + path, document.baseURI).href;
}

// A script that carries the bytes, because a page from a disk may not fetch a file.
function sampleInPage(name) {
  return new Promise((resolve, reject) => {
    const script = element("script", { src: inBook(`_static/scalelab/sample-${name}.js`) });
    script.addEventListener("load", () => resolve(bytesOf(globalThis.scalelab.samples[name]).buffer));
    script.addEventListener("error", () => reject(new Error(`${name} did not arrive`)));
    document.head.append(script);
  });
}

const readBuffers = new WeakMap();

// One file that several labs use is read once.
function readInPage(format, bytes) {
  if (!readBuffers.has(bytes.buffer)) readBuffers.set(bytes.buffer, readOnce(format, bytes));
  return readBuffers.get(bytes.buffer);
}

// The parsers go when they are done: they hold several times the size of the file.
async function readOnce(format, bytes) {
  const { names, ...entry } = globalThis.scalelab.parsers[format.name];
  const [parser, ...namers] = [entry, ...Object.values(names)].map(
    ({ wasm, types }) => new Engine(bytesOf(wasm), types),
  );
  const named = Object.fromEntries(Object.keys(names).map((name, index) => [name, namers[index]]));
  try {
    const trace = format.name === "trace";
    return await (trace ? readTrace(format, bytes, parser) : readLines(format, bytes, parser, named));
  } finally {
    for (const engine of [parser, ...namers]) engine.stop();
  }
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

// Keys: "/" the search box, "j" and "k" through results, speeches and passages, "n" and "p" through
// passages, "c" copies a citation, "?" the list of keys. They can be turned off on the page that lists
// them.

const OFF = "keyboard-off";

const isOff = () => {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
};

// what "j" and "k" go through: the first kind that a page has
const ENTRIES = [
  "a.here", ".turn h3 a", ".spoken > .paragraph > .anchor", ".rows h3 a", ".rows li > a:first-of-type",
];

const shown = (selector) => [...document.querySelectorAll(`main ${selector}`)]
  .filter((element) => element.getClientRects().length > 0);

function step(elements, distance) {
  const here = elements.indexOf(document.activeElement);
  // from a place without focus: what follows or precedes the upper third of the window
  const line = innerHeight / 3;
  const below = elements.findIndex((element) => element.getBoundingClientRect().top > line);
  const next = below < 0 ? elements.length : below;
  const place = here >= 0 ? here + distance : next + (distance > 0 ? 0 : -1);
  const target = elements[place];
  if (!target) return;
  if (target.matches(".here, .anchor")) location.replace(new URL(target.href).hash);
  else target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
}

const steps = {
  j: () => step(entries(), 1),
  k: () => step(entries(), -1),
  n: () => step(shown("a.here"), 1),
  p: () => step(shown("a.here"), -1),
  c: () => dispatchEvent(new Event("copy-key")),
  "/": () => document.querySelector("input[data-complete]")?.focus(),
  "?": () => location.assign(document.querySelector("[data-keys]").href),
};

function entries() {
  return ENTRIES.map(shown).find((elements) => elements.length > 0) ?? [];
}

addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, select, textarea, [contenteditable]");
  if (isTyping || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
  if (!Object.hasOwn(steps, event.key)) return;
  event.preventDefault();
  steps[event.key]();
});

// -- turning the keys off, where they are listed -------------------------------------------------

for (const place of document.querySelectorAll("[data-keys-switch]")) {
  const button = document.createElement("button");
  const label = () => { button.textContent = isOff() ? place.dataset.on : place.dataset.off; };
  button.type = "button";
  button.addEventListener("click", () => {
    if (isOff()) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "");
    label();
  });
  label();
  place.append(button);
}

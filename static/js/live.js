// A region marked data-live asks every few seconds whether it has changed, while somebody can see it. The server
// answers with nothing (204) or with the region anew, which is merged into what is shown: whatever stays the same
// keeps its focus, its place and its scroll. Changes by others are read out in one sentence.
//
// The region names its address (hx-get), what it shows (data-version) and hx-swap="morph"; inside it data-said is
// what to say when that part has changed, and the contents of data-live-keep are left alone.

const EVERY = 5000;
// a second press on the same spot within this time was a double click, and meant what stood there before
const DOUBLE = 500;
const NEWS = 4000;

const region = () => document.querySelector("[data-live]");
const said = document.getElementById("said");
const trouble = document.querySelector("[data-live-trouble]");
const presses = new Set();
let touched = false;
let before = null;
let last = { at: -DOUBLE };

// Merging ---------------------------------------------------------------------------------------

function syncAttributes(shown, wanted) {
  for (const { name, value } of wanted.attributes) {
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  }
  for (const { name } of [...shown.attributes]) {
    if (!wanted.hasAttribute(name)) shown.removeAttribute(name);
  }
}

function merge(shown, wanted) {
  if (shown.nodeType !== Node.ELEMENT_NODE) {
    if (shown.data !== wanted.data) shown.data = wanted.data;
    return;
  }
  syncAttributes(shown, wanted);
  if (!wanted.hasAttribute("data-live-keep")) mergeChildren(shown, wanted);
}

function mergeChildren(shown, wanted) {
  const ids = new Set([...wanted.children].map((child) => child.id));
  for (const child of [...shown.children]) if (child.id && !ids.has(child.id)) child.remove();
  let place = shown.firstChild;
  const pass = (node) => {
    const next = node.nextSibling;
    node.remove();
    return next;
  };
  for (const child of [...wanted.childNodes]) {
    const found = partnerOf(child, shown, place);
    // what has no name gives way, so that what has one need not move
    while (found && place !== found && !place.id) place = pass(place);
    if (!found) shown.insertBefore(child, place);
    else if (found === place) place = place.nextSibling;
    else shown.insertBefore(found, place);
    if (found) merge(found, child);
  }
  while (place) place = pass(place);
}

function partnerOf(wanted, parent, place) {
  const same = (node) => node?.nodeName === wanted.nodeName && (node.id ?? "") === (wanted.id ?? "");
  if (wanted.id) return [...parent.children].find(same);
  return same(place) ? place : undefined;
}

function mergeRegion(shown, fragment) {
  const wanted = fragment.getElementById(shown.id);
  const focused = shown.contains(document.activeElement) ? document.activeElement : null;
  const part = focused?.closest("[data-said]")?.id;
  merge(shown, wanted);
  if (focused && document.activeElement !== focused) {
    const link = part && document.getElementById(part)?.querySelector("a");
    (document.getElementById(focused.id) ?? link)?.focus({ preventScroll: true });
  }
  return [shown];
}

htmx.defineExtension("morph", {
  isInlineSwap: (style) => style === "morph",
  handleSwap: (style, target, fragment) => style === "morph" && mergeRegion(target, fragment),
});

// Asking ----------------------------------------------------------------------------------------

function look() {
  // an answer to a button is on its way and will be newer
  if (region() && !document.hidden && presses.size === 0) htmx.trigger(region(), "live");
}

const isLook = (event) => event.detail.elt.matches("[data-live]");

document.addEventListener("htmx:configRequest", (event) => {
  if (!isLook(event)) return;
  event.detail.parameters.seen = region().dataset.version;
  // the session of a page that nobody touches ends
  if (touched) event.detail.parameters.active = "1";
  touched = false;
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isLook(event) || event.detail.target !== region()) return;
  presses.add(event.detail.xhr);
  // what was asked before the press would show the time before it
  htmx.trigger(region(), "htmx:abort");
});
document.addEventListener("htmx:afterRequest", (event) => presses.delete(event.detail.xhr));
for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) {
  document.addEventListener(kind, () => { touched = true; }, { capture: true, passive: true });
}
document.addEventListener("visibilitychange", look);
document.addEventListener("appointment-changed", look);
setInterval(look, EVERY);

// Telling ---------------------------------------------------------------------------------------

function sentences() {
  return new Map([...region().querySelectorAll("[data-said]")].map((part) => [part.id, part.dataset.said]));
}

function tellNews(old) {
  const now = sentences();
  const news = [...now].filter(([id, text]) => old.get(id) !== text);
  const gone = [...old.keys()].filter((id) => !now.has(id));
  if (news.length + gone.length === 0) return;
  said.textContent = news.length === 1 && gone.length === 0 ? news[0][1] : region().dataset.saidMany;
  for (const [id] of news) {
    const part = document.getElementById(id);
    part.classList.add("is-news");
    setTimeout(() => part.classList.remove("is-news"), NEWS);
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  before = event.detail.target === region() && isLook(event) ? sentences() : null;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (before && event.target === region()) tellNews(before);
});

function showTrouble(event) {
  if (!trouble || !isLook(event) || !trouble.hidden) return;
  const clock = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  trouble.querySelector("[data-live-since]").textContent = clock;
  trouble.hidden = false;
}
for (const kind of ["sendError", "timeout", "responseError"]) {
  document.addEventListener(`htmx:${kind}`, showTrouble);
}
document.addEventListener("htmx:afterRequest", (event) => {
  if (trouble && isLook(event) && event.detail.successful) trouble.hidden = true;
});

// The card that was pressed is gone from under the pointer, and another one stands there: the second half of a
// double click must not move that one on. A key held down presses the same button again and again.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-live] button[type=submit]");
  if (!button) return;
  const now = performance.now();
  const byKey = event.detail === 0;
  const near = Math.hypot(event.clientX - last.x, event.clientY - last.y) < 12;
  const same = byKey ? last.part === button.closest("[data-said]")?.id : near;
  if (now - last.at < DOUBLE && same) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  last = { at: now, x: event.clientX, y: event.clientY, part: button.closest("[data-said]")?.id };
}, true);

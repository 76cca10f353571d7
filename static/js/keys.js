// Keyboard shortcuts. An element with data-key="t" is clicked by that key, with "j ArrowRight" by either; a field is focused.
// data-key-label is its text in the list that "?" opens; without it the element's own words are used.

const FIELD = "input, textarea, select, [contenteditable=''], [contenteditable='true']";
const STORE = "keys";
const help = document.getElementById("keys-help");
const onOff = help?.querySelector("[data-keys-switch]");

// Speech input types letters, so everybody can switch the keys off (WCAG 2.1.4). The list stays in the own menu.
function areOn() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

const visible = (element) => element.getClientRects().length > 0 && !element.closest("[inert]");
const isTyping = (target) => target instanceof Element && target.matches(FIELD);

// data-key-near="a" answers to the key only while the focus is in the same part of the page (data-key-scope, or the
// side panel), and then goes before every other.
function nearFocus(key) {
  const part = document.activeElement?.closest("[data-key-scope], #panel");
  const name = CSS.escape(key);
  const found = part?.querySelectorAll(`[data-key~="${name}"], [data-key-near="${name}"]`) ?? [];
  return [...found].find(visible);
}

function targetOf(key) {
  const near = nearFocus(key);
  if (near) return near;
  const found = [...document.querySelectorAll(`[data-key~="${CSS.escape(key)}"]`)];
  // a page's own meaning of a key goes before the bar's
  const here = found.filter((element) => element.closest("main"));
  return here.find(visible) ?? found.find(visible) ?? found[0];
}

function use(element) {
  if (!element.matches(FIELD)) {
    element.click();
    return;
  }
  const folded = element.closest(".collapse:not(.show)");
  if (folded && !visible(element)) {
    document.querySelector(`[data-bs-target="#${folded.id}"]`)?.click();
  }
  element.focus();
  element.select?.();
}

function labelOf(element) {
  return element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? element.textContent.trim();
}

function addLine(list, keys, label) {
  const term = document.createElement("dt");
  const words = JSON.parse(list.dataset.keyWords ?? "{}");
  keys.split(" ").forEach((key) => {
    const cap = document.createElement("kbd");
    cap.textContent = words[key] ?? key;
    term.append(cap, " ");
  });
  const meaning = document.createElement("dd");
  meaning.textContent = label;
  term.dataset.found = meaning.dataset.found = "";
  list.append(term, meaning);
}

function showHelp() {
  const list = help.querySelector("[data-keys-list]");
  list.querySelectorAll("[data-found]").forEach((line) => line.remove());
  const lines = new Map();
  document.querySelectorAll("[data-key]").forEach((element) => {
    if (!lines.has(element.dataset.key)) lines.set(element.dataset.key, labelOf(element));
  });
  lines.forEach((label, key) => addLine(list, key, label));
  onOff.checked = areOn();
  help.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !areOn()) return;
  // a key held down must not press one button after another
  if (event.repeat || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key.startsWith("Arrow") && event.target.closest?.("[role=menu], .dropdown-menu, [role=listbox]")) return;
  if (event.key === "?" && help) {
    event.preventDefault();
    showHelp();
    return;
  }
  const element = targetOf(event.key);
  if (!element) return;
  event.preventDefault();
  use(element);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-help]")) showHelp();
  if (event.target === help) help.close();
});

onOff?.addEventListener("change", () => {
  try {
    localStorage.setItem(STORE, onOff.checked ? "on" : "off");
  } catch {
    // Storage can be forbidden; the keys then stay on.
  }
});

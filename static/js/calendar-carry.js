// Pick up and place: a visit travels with the person from page to page until it is placed or put back.
// Kept for this tab only: the address to ask, a short name and the old time, which stood on the screen anyway.

import { ask, board, clock, columnAt, columns, draw, minuteAt, minuteOf, newGhost, reveal, snap, step, thingOf } from "./calendar-grid.js";

const STORE = "calendar-carry";
const bar = document.getElementById("carry");
const said = document.getElementById("cal-said");
const panel = document.getElementById("panel");

let carried = read();
let ghost = null;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE));
  } catch {
    return null;
  }
}

function keep(changes) {
  carried = changes && { ...carried, ...changes };
  try {
    if (carried) sessionStorage.setItem(STORE, JSON.stringify(carried));
    else sessionStorage.removeItem(STORE);
  } catch {
    // Storage can be forbidden; then nothing is carried beyond this page.
  }
}

function label() {
  const hidden = "namesHidden" in bar.dataset || !carried.name;
  return [hidden ? bar.dataset.nameless : `${carried.name},`, carried.when].filter(Boolean).join(" ");
}

const say = (text) => (said.textContent = text);

function showBar() {
  bar.hidden = !carried;
  document.documentElement.classList.toggle("is-carrying", carried !== null);
  if (carried) bar.querySelector("[data-carry-text]").textContent = bar.dataset.text.replace("{what}", label());
}

// The ghost is a button: it can be focused, it says where it is, and pressing it asks for the move.
function showGhost(focus) {
  ghost?.remove();
  ghost = null;
  if (!carried || !columns().length) return;
  ghost = newGhost("is-carried");
  const button = document.createElement("button");
  button.type = "button";
  ghost.append(button);
  const all = columns();
  const same = (column) => column.dataset.resource === carried.resource;
  const home = all.find((column) => same(column) && column.dataset.on === carried.on);
  put(home ?? all.find(same) ?? all[0], snap(carried.minute), false);
  if (focus) focusGhost();
}

function put(column, minute, spoken = true) {
  keep({ resource: column.dataset.resource, on: column.dataset.on, minute });
  const { lead, minutes } = carried;
  draw(ghost, column, minute + lead, minute + lead + minutes);
  const button = ghost.firstChild;
  button.textContent = bar.dataset.place.replace("{time}", clock(minute)).replace("{column}", column.dataset.label);
  if (spoken) say(button.textContent);
}

function focusGhost() {
  ghost.firstChild.focus({ preventScroll: true });
  reveal(ghost);
}

function pickUp(element, byKey) {
  const thing = thingOf(element);
  const column = element.closest(".cal-col");
  const where = column ?? columns().find((each) => each.dataset.on === thing.start.slice(0, 10));
  carried = {};
  keep({
    ...thing,
    resource: where?.dataset.resource ?? "",
    on: where?.dataset.on ?? "",
    minute: thing.start ? minuteOf(thing.start) : Number(board()?.dataset.first ?? 540),
    byKey,
    asked: false,
  });
  if (panel.contains(element)) document.dispatchEvent(new Event("panel:close"));
  showBar();
  showGhost(byKey);
  say(bar.dataset.picked.replace("{what}", label()));
}

function putBack(text) {
  const visit = carried?.visit;
  keep(null);
  showBar();
  showGhost(false);
  if (text) say(text);
  if (visit) document.querySelector(`.cal-block[data-place-visit="${CSS.escape(visit)}"]`)?.focus({ preventScroll: true });
}

function place() {
  keep({ asked: true });
  ask(carried.url, ghost.parentElement, carried.minute, ghost.firstChild);
}

function arrow(key) {
  const all = columns();
  const at = all.indexOf(ghost.parentElement);
  const along = { ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0;
  const down = { ArrowUp: -1, ArrowDown: 1 }[key] ?? 0;
  const column = all[Math.min(Math.max(at + along, 0), all.length - 1)];
  put(column, snap(carried.minute + down * step()));
  focusGhost();
}

function turnPage(key) {
  keep({ byKey: true });
  document.querySelector(`main [data-key~="${key === "PageUp" ? "ArrowLeft" : "ArrowRight"}"]`)?.click();
}

function keyWhileCarrying(event) {
  if (event.key === "Escape" && !panel.childElementCount) putBack(bar.dataset.dropped);
  else if (document.activeElement !== ghost?.firstChild) return;
  else if (event.key.startsWith("Arrow")) arrow(event.key);
  else if (event.key === "PageUp" || event.key === "PageDown") turnPage(event.key);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (carried) {
    keyWhileCarrying(event);
    return;
  }
  const thing = document.activeElement?.closest("[data-place-url]");
  if (!thing || !"xm".includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  pickUp(thing, true);
}, true);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-carry-drop]")) {
    putBack(bar.dataset.dropped);
    return;
  }
  const taken = event.target.closest("[data-pick-up]");
  if (taken) {
    event.preventDefault();
    event.stopPropagation();
    pickUp(taken, event.detail === 0);
    return;
  }
  const pressed = carried && ghost && event.target.closest(".cal-ghost.is-carried, .cal-gap, .cal-closed, .cal-col");
  if (!pressed || event.target.closest(".cal-block")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.detail !== 0) follow(event);
  place();
}, true);

// The ghost follows the mouse and shows where a press would put the visit.
function follow(event) {
  const minute = minuteAt(columnAt(event.clientX), event.clientY) - carried.lead - carried.minutes / 2;
  put(columnAt(event.clientX), snap(minute), false);
}

document.addEventListener("pointermove", (event) => {
  // while a proposal is open the ghost stays at the place that was asked for
  const isChoosing = carried && ghost && !panel.childElementCount;
  if (isChoosing && event.pointerType === "mouse" && event.target.closest(".cal-col")) follow(event);
});

// Moved, by this window: whoever asked for a place and hears of a change has got it.
document.body.addEventListener("appointment-changed", () => carried?.asked && putBack(""));
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "calendar") showGhost(carried?.byKey && document.activeElement === document.body);
});

function pickedByAddress() {
  const wanted = /^#pick-(\d+)$/.exec(location.hash);
  if (!wanted) return;
  history.replaceState(null, "", location.pathname + location.search);
  const block = document.querySelector(`.cal-block[data-place-visit="${wanted[1]}"]`);
  if (block) pickUp(block, true);
}

showBar();
showGhost(carried?.byKey);
pickedByAddress();
if (ghost) reveal(ghost);

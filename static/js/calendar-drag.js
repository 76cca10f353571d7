// Dragging with mouse, pen or finger: a visit or an entry of the lists to another time or column, or a free stretch to book.
// A finger presses shortly first, so that the board can still be scrolled. Escape lets go.

import { ask, board, columnAt, clock, draw, minuteAt, minuteOf, newGhost, scroller, snap, thingOf } from "./calendar-grid.js";

const MOUSE_SLACK = 5;
const FINGER_SLACK = 10;
const PRESS_MS = 350;
const EDGE = 44;
const FASTEST = 14;

let drag = null;
let justDropped = false;

class Move {
  constructor(element, event) {
    this.element = element;
    this.thing = thingOf(element);
    this.ghost = newGhost("is-dragged");
    const column = element.closest(".cal-col");
    this.home = column && { column, minute: minuteOf(this.thing.start) };
    const top = this.home ? this.home.minute + this.thing.lead : 0;
    // a block is held where it was taken, an entry of a list at its top
    this.grip = this.home ? minuteAt(column, event.clientY) - top : 0;
  }

  begin() {
    this.element.classList.add("is-lifted");
  }

  to(x, y) {
    const { lead, minutes } = this.thing;
    this.column = columnAt(x);
    this.minute = snap(minuteAt(this.column, y) - this.grip - lead);
    draw(this.ghost, this.column, this.minute + lead, this.minute + lead + minutes);
    this.ghost.textContent = clock(this.minute + lead);
  }

  drop() {
    const isHome = this.home && this.home.column === this.column && this.home.minute === this.minute;
    if (!isHome) ask(this.thing.url, this.column, this.minute, this.element);
  }

  end() {
    this.element.classList.remove("is-lifted");
    this.ghost.remove();
  }
}

class Choice {
  constructor(gap, event) {
    this.gap = gap;
    this.column = gap.closest(".cal-col");
    this.ghost = newGhost("is-chosen");
    const { top, bottom } = gap.getBoundingClientRect();
    this.range = [minuteAt(this.column, top + 1), minuteAt(this.column, bottom - 1)];
    this.from = this.inside(event.clientY);
  }

  inside(y) {
    const [first, last] = this.range;
    return snap(Math.min(Math.max(minuteAt(this.column, y), first), last), Math.floor);
  }

  begin() {}

  to(_x, y) {
    const other = this.inside(y);
    this.start = Math.min(this.from, other);
    const end = Math.max(this.from, other) + Number(board().dataset.step);
    draw(this.ghost, this.column, this.start, end);
    this.ghost.textContent = `${clock(this.start)}–${clock(end)}`;
  }

  drop() {
    const url = new URL(this.gap.href);
    ask(url.pathname, this.column, this.start ?? this.from, this.gap);
  }

  end() {
    this.ghost.remove();
  }
}

const isCarrying = () => document.querySelector("#carry:not([hidden])") !== null;

function what(event) {
  if (isCarrying()) return null;
  const thing = event.target.closest("[data-place-url]:not([data-pick-up])");
  if (thing) return new Move(thing, event);
  const gap = event.target.closest(".cal-gap");
  return gap && new Choice(gap, event);
}

function begin() {
  drag.on = true;
  drag.what.begin();
  document.documentElement.classList.add("is-dragging");
  drag.what.to(drag.x, drag.y);
  requestAnimationFrame(scrollAtEdges);
}

function end() {
  clearTimeout(drag.timer);
  drag.what.end();
  document.documentElement.classList.remove("is-dragging");
  drag = null;
}

function scrollAtEdges() {
  if (!drag?.on) return;
  const { left, right, top, bottom } = scroller().getBoundingClientRect();
  const push = (before, after) => Math.max(0, EDGE - before) - Math.max(0, EDGE - after);
  const pace = (distance) => Math.max(-FASTEST, Math.min(FASTEST, distance / 3));
  const across = push(drag.x - left, right - drag.x);
  const down = push(drag.y - top, Math.min(bottom, window.innerHeight) - drag.y);
  if (across || down) {
    scroller().scrollBy({ left: -pace(across), top: -pace(down), behavior: "instant" });
    drag.what.to(drag.x, drag.y);
  }
  requestAnimationFrame(scrollAtEdges);
}

document.addEventListener("pointerdown", (event) => {
  if (drag) end();
  if (!board() || event.button !== 0 || !event.isPrimary) return;
  const found = what(event);
  if (!found) return;
  drag = { what: found, id: event.pointerId, x: event.clientX, y: event.clientY, finger: event.pointerType === "touch" };
  drag.origin = { x: drag.x, y: drag.y };
  if (drag.finger) drag.timer = setTimeout(begin, PRESS_MS);
});

document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  Object.assign(drag, { x: event.clientX, y: event.clientY });
  const way = Math.hypot(drag.x - drag.origin.x, drag.y - drag.origin.y);
  if (drag.on) drag.what.to(drag.x, drag.y);
  else if (drag.finger && way > FINGER_SLACK) end();
  else if (!drag.finger && way > MOUSE_SLACK) begin();
});

document.addEventListener("pointerup", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  const { on, what: dropped } = drag;
  end();
  if (!on) return;
  // the click that follows belongs to the drag; it comes at once or not at all
  justDropped = true;
  setTimeout(() => (justDropped = false), 50);
  dropped.drop();
});

document.addEventListener("pointercancel", () => drag && end());
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !drag?.on) return;
  event.preventDefault();
  event.stopPropagation();
  end();
}, true);
// Links and pictures are not dragged as such.
document.addEventListener("dragstart", (event) => drag && event.preventDefault());
// A finger that drags does not scroll, and a long press opens no menu of the browser.
document.addEventListener("touchmove", (event) => drag?.on && event.preventDefault(), { passive: false });
document.addEventListener("contextmenu", (event) => drag?.finger && event.preventDefault());

// A press on a free stretch means the time under the pointer; from the keyboard it means its beginning.
document.addEventListener("click", (event) => {
  if (justDropped) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const gap = event.target.closest(".cal-gap");
  if (!gap || isCarrying() || event.detail === 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  new Choice(gap, event).drop();
}, true);

// Where things lie on the board: columns are resources on days, heights are minutes of the wall clock.
// The page says what the columns and the grid are; nothing here knows of zones, durations or who is free.

export const board = () => document.querySelector(".cal");
export const scroller = () => document.querySelector(".cal-scroll");
export const columns = () => [...document.querySelectorAll(".cal-col[data-resource]")];

const number = (element, name) => Number(element.dataset[name]);
const twoDigits = (value) => String(value).padStart(2, "0");

export const clock = (minute) => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
export const minuteOf = (wall) => Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16));

export function minuteAt(column, y) {
  const { top, height } = column.getBoundingClientRect();
  const first = number(board(), "first");
  return first + ((y - top) / height) * (number(board(), "last") - first);
}

export function columnAt(x) {
  const all = columns();
  const distance = (column) => {
    const { left, right } = column.getBoundingClientRect();
    return Math.max(left - x, x - right, 0);
  };
  return all.reduce((best, each) => (distance(each) < distance(best) ? each : best), all[0]);
}

// Visits start on the grid of the location: to the nearest start, or with Math.floor to the one before.
export function snap(minute, round = Math.round) {
  const step = number(board(), "step");
  const phase = number(board(), "phase");
  const first = number(board(), "first");
  const last = number(board(), "last") - step;
  return Math.min(Math.max(round((minute - phase) / step) * step + phase, first), last);
}

export const step = () => number(board(), "step");

// Puts a ghost on [start, end) of a column, cut off where the board ends.
export function draw(ghost, column, start, end) {
  const first = Math.max(start, number(board(), "first"));
  const last = Math.min(end, number(board(), "last"));
  const row = Math.floor(first / 5);
  const span = Math.min(144, Math.max(1, Math.ceil(last / 5) - row));
  ghost.className = ghost.className.replace(/\b(row|span)-\d+/g, "").trim();
  ghost.classList.add(`row-${row}`, `span-${span}`);
  if (ghost.parentElement !== column) column.append(ghost);
}

export function newGhost(kind) {
  const ghost = document.createElement("li");
  ghost.className = `cal-ghost ${kind}`;
  return ghost;
}

// Scrolls the board, not the page, until the ghost is in sight; its heads stay in front of the columns.
export function reveal(ghost, margin = 72) {
  const box = scroller().getBoundingClientRect();
  const { top, bottom, left, right } = ghost.getBoundingClientRect();
  const over = (before, after) => Math.min(0, before) || Math.max(0, after);
  const down = over(top - box.top - margin, bottom - Math.min(box.bottom, window.innerHeight) + margin);
  scroller().scrollBy({ top: down, left: over(left - box.left - margin, right - box.right), behavior: "instant" });
}

export const wallTime = (column, minute) => `${column.dataset.on}T${clock(minute)}`;

// What can be placed says it in data- attributes; `lead` is how long after the visit's start its part begins.
export function thingOf(element) {
  const { placeUrl, placeVisit, placeName, placeWhen, placeStart, placeMinutes, placeLead } = element.dataset;
  return {
    url: placeUrl,
    visit: placeVisit ?? "",
    name: placeName ?? "",
    when: placeWhen ?? "",
    start: placeStart ?? "",
    minutes: Number(placeMinutes ?? 30),
    lead: Number(placeLead ?? 0),
  };
}

// Asks the server what would happen; the answer opens in the panel, and nothing has moved until it is confirmed there.
export function ask(url, column, minute, source) {
  const query = `start=${wallTime(column, minute)}&resource=${column.dataset.resource}`;
  const address = `${url}${url.includes("?") ? "&" : "?"}${query}`;
  return window.htmx.ajax("GET", address, { source, target: "#panel", swap: "innerHTML" });
}

// The board scrolls inside the page: it opens at the present time and stays where it was when it is drawn anew.
// The line of the present time moves on, and the day is read again now and then while somebody works here.

const REFRESH_MS = 60_000;
// an unattended screen asks for nothing, so that its session can end
const WORKING_MS = 5 * 60_000;

const board = () => document.querySelector(".cal-scroll");
let left = null;
let drawn = Date.now();
let active = Date.now();

function showNow() {
  const now = board()?.querySelector(".cal-now, .cal-mark");
  if (now) board().scrollTop = now.offsetTop - board().clientHeight / 3;
}

// Minutes since the page was drawn, on the wall of the location: the computer's own clock and zone do not matter.
function moveNow() {
  const grid = document.querySelector(".cal[data-now]");
  const line = grid?.querySelector(".cal-now, .cal-mark");
  if (!line) return;
  const minute = Number(grid.dataset.now) + Math.floor((Date.now() - drawn) / 60_000);
  line.className = line.className.replace(/\brow-\d+/, `row-${Math.floor(minute / 5)}`);
  const words = line.querySelector("span");
  if (words) words.textContent = [minute / 60, minute % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
  line.hidden = minute >= Number(grid.dataset.last);
}

function readAgain() {
  const busy = document.querySelector(".cal-ghost, .is-dragging");
  const isWorking = Date.now() - active < WORKING_MS;
  if (document.visibilityState !== "visible" || busy || !isWorking || Date.now() - drawn < REFRESH_MS) return;
  document.body.dispatchEvent(new Event("calendar-stale"));
}

for (const sign of ["pointerdown", "pointermove", "keydown"]) {
  document.addEventListener(sign, () => (active = Date.now()), { passive: true, capture: true });
}
document.addEventListener("visibilitychange", readAgain);
setInterval(() => {
  moveNow();
  readAgain();
}, 10_000);

document.addEventListener("htmx:beforeSwap", () => {
  const shown = board();
  left = shown && { top: shown.scrollTop, left: shown.scrollLeft };
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (left) board()?.scrollTo({ ...left, behavior: "instant" });
  if (event.detail.target.id === "calendar") drawn = Date.now();
});

// Menus beside the title close with Escape and with a press elsewhere, as menus do.
const MENUS = ".cal-menu[open], .cal-legend[open]";
document.addEventListener("click", (event) => {
  document.querySelectorAll(MENUS).forEach((menu) => menu.contains(event.target) || (menu.open = false));
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.activeElement?.closest(MENUS);
  if (!menu) return;
  event.preventDefault();
  menu.open = false;
  menu.querySelector("summary").focus();
}, true);

showNow();

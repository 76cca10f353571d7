// The board scrolls inside the page: it opens at the present time and stays where it was when it is drawn anew.

const board = () => document.querySelector(".cal-scroll");
let left = null;

function showNow() {
  const now = board()?.querySelector(".cal-now, .cal-mark");
  if (now) board().scrollTop = now.offsetTop - board().clientHeight / 3;
}

document.addEventListener("htmx:beforeSwap", () => {
  const shown = board();
  left = shown && { top: shown.scrollTop, left: shown.scrollLeft };
});
document.addEventListener("htmx:afterSwap", () => {
  if (left) board()?.scrollTo({ ...left, behavior: "instant" });
});
showNow();

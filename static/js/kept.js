// Counts down how long a time is kept, by the server's clock. Anything with [data-kept-until] and [data-kept-now] (seconds since
// 1970, from the server) takes part, also when htmx brings it later. Screen readers hear of it twice: a minute before, and at the end.

const clocks = new WeakMap();

function secondsLeft(kept) {
  // how far this machine's clock is off, taken when the page with both times was first seen
  if (!clocks.has(kept)) clocks.set(kept, Number(kept.dataset.keptNow) - Date.now() / 1000);
  return Math.ceil(Number(kept.dataset.keptUntil) - (Date.now() / 1000 + clocks.get(kept)));
}

function words(left) {
  const minutes = Math.floor(left / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${minutes}:${String(left % 60).padStart(2, "0")}`;
}

function say(kept, text) {
  const voice = kept.querySelector("[data-kept-said]");
  if (voice && voice.textContent !== text) voice.textContent = text;
}

function end(kept) {
  const over = kept.querySelector("[data-kept-over]");
  kept.classList.add("is-over");
  kept.querySelectorAll("button").forEach((button) => button.setAttribute("disabled", ""));
  kept.querySelector("[data-kept-left]").textContent = "";
  if (!over) return;
  over.hidden = false;
  say(kept, over.textContent);
}

function tick() {
  document.querySelectorAll("[data-kept-until]:not(.is-over)").forEach((kept) => {
    const left = secondsLeft(kept);
    if (left <= 0) return end(kept);
    const shown = kept.querySelector("[data-kept-left]");
    shown.textContent = shown.dataset.keptLeft.replace("%s", words(left));
    if (left <= 60) say(kept, kept.querySelector("[data-kept-said]")?.dataset.keptSoon ?? "");
  });
}

setInterval(tick, 1000);
document.addEventListener("htmx:afterSwap", tick);
// Coming back with the browser's back button shows a page of long ago: its clock is still right.
window.addEventListener("pageshow", tick);
tick();

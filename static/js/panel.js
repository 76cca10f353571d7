// The side panel. htmx puts content into #panel; this opens it, moves the focus in, and gives it back on closing.
// Any link with hx-target="#panel" keeps its href, so without scripts it opens a page of its own.

const panel = document.getElementById("panel");
const narrow = window.matchMedia("(max-width: 575.98px)");
let opener = null;

const isOpen = () => panel.childElementCount > 0;

function coverPage(covered) {
  document.querySelectorAll("body > main, body > header").forEach((part) => {
    part.inert = covered;
  });
}

function nameIt() {
  const heading = panel.querySelector("h1, h2");
  if (!heading) return;
  heading.id ||= "panel-title";
  panel.setAttribute("aria-labelledby", heading.id);
  panel.classList.toggle("is-wide", panel.querySelector("[data-panel-wide]") !== null);
}

function opened() {
  nameIt();
  coverPage(narrow.matches);
  // a switch that was pressed and drawn again keeps the focus
  if (panel.contains(document.activeElement) && document.activeElement !== panel) return;
  const first = panel.querySelector("[autofocus]") ?? panel;
  first.focus({ preventScroll: true });
}

function close() {
  panel.replaceChildren();
  panel.removeAttribute("aria-labelledby");
  coverPage(false);
  // the page may have been drawn anew meanwhile
  const again = opener?.id ? document.getElementById(opener.id) : null;
  const back = opener?.isConnected ? opener : again ?? document.getElementById("main");
  opener = null;
  back?.focus({ preventScroll: true });
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target === panel && !panel.contains(event.detail.elt)) opener = event.detail.elt;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === panel && isOpen()) opened();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-panel-close]") || !panel.contains(event.target)) return;
  event.preventDefault();
  close();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !isOpen()) return;
  if (document.querySelector("dialog[open], .dropdown-menu.show")) return;
  close();
});
// The server closes the panel after a saved form with the header HX-Trigger: panel:close.
document.addEventListener("panel:close", close);
if (isOpen()) nameIt();

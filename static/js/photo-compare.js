// Two photos of one pose: over each other with a slider, or side by side; zoom and place are the same for both.
// Without scripts they stand side by side.

const MOST = 8;
const STEP = 1.25;
const MOVE = 0.1;
const root = document.querySelector("[data-compare]");
const find = (name) => root.querySelector(`[data-compare-${name}]`);
// x and y: where the middle of the view lies, in views away from the middle of the photo
const at = { zoom: 1, x: 0, y: 0 };
let cut = 50;

const within = (value, most) => Math.min(most, Math.max(-most, value));

function show() {
  const most = (at.zoom - 1) / 2;
  at.x = within(at.x, most);
  at.y = within(at.y, most);
  root.querySelectorAll("[data-compare-view] img").forEach((picture) => {
    picture.style.transform = `translate(${at.x * 100}%, ${at.y * 100}%) scale(${at.zoom})`;
  });
  root.querySelector("[data-zoom-now]").textContent = `${Math.round(at.zoom * 100)} %`;
  root.classList.toggle("is-zoomed", at.zoom > 1);
}

function zoom(factor, towards = { x: 0, y: 0 }) {
  const before = at.zoom;
  at.zoom = Math.min(MOST, Math.max(1, at.zoom * factor));
  // what is under the pointer stays under it
  const grown = at.zoom / before;
  at.x = towards.x - (towards.x - at.x) * grown;
  at.y = towards.y - (towards.y - at.y) * grown;
  show();
}

function whole() {
  Object.assign(at, { zoom: 1, x: 0, y: 0 });
  show();
}

// The later photo lies on top and is cut away from the left, as far as the slider says.
function slide() {
  const isSlider = find("stage").classList.contains("is-slider");
  const after = root.querySelector(".is-after [data-compare-view]");
  after.style.clipPath = isSlider ? `inset(0 0 0 ${cut}%)` : "";
  find("line").style.left = `${cut}%`;
}

function showAs(name) {
  const isSlider = name === "slider";
  find("stage").classList.toggle("is-slider", isSlider);
  find("stage").classList.toggle("is-sides", !isSlider);
  find("line").hidden = find("cut").hidden = !isSlider;
  root.querySelectorAll("[data-compare-as]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.compareAs === name)));
  slide();
}

function placeIn(view, event) {
  const box = view.getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width - 0.5, y: (event.clientY - box.top) / box.height - 0.5 };
}

const KEYS = {
  ArrowLeft: () => (at.x += MOVE),
  ArrowRight: () => (at.x -= MOVE),
  ArrowUp: () => (at.y += MOVE),
  ArrowDown: () => (at.y -= MOVE),
  "+": () => zoom(STEP),
  "=": () => zoom(STEP),
  "-": () => zoom(1 / STEP),
  0: whole,
};

function onKey(event) {
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  // on the whole photo there is nothing to move: the arrows scroll the page
  if (event.key.startsWith("Arrow") && at.zoom === 1) return;
  event.preventDefault();
  act();
  show();
}

// One finger or the mouse moves the photo, in the slider also the line; two fingers zoom.
const fingers = new Map();
let pulls = "";

function onDown(event, view) {
  if (event.button) return;
  const place = placeIn(view, event);
  fingers.set(event.pointerId, place);
  const onLine = find("stage").classList.contains("is-slider") && Math.abs(place.x + 0.5 - cut / 100) < 0.04;
  pulls = onLine ? "line" : "photo";
  if (at.zoom > 1 || onLine) view.setPointerCapture(event.pointerId);
}

function onMove(event, view) {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  const now = placeIn(view, event);
  const other = [...fingers].find(([finger]) => finger !== event.pointerId)?.[1];
  fingers.set(event.pointerId, now);
  const far = (one, two) => Math.hypot(one.x - two.x, one.y - two.y);
  if (other && far(before, other) > 0.02) return zoom(far(now, other) / far(before, other), other);
  if (pulls === "line") return cutAt(100 * (now.x + 0.5));
  at.x += now.x - before.x;
  at.y += now.y - before.y;
  show();
}

// The slider is as wide as the photos, so that its knob stands below the line.
function shape() {
  const shapes = [...root.querySelectorAll("[data-compare-view] img")].map((each) => each.getAttribute("width") / each.getAttribute("height"));
  root.style.setProperty("--shape", Math.max(...shapes).toFixed(3));
}

function cutAt(percent) {
  cut = Math.round(Math.min(100, Math.max(0, percent)));
  find("cut").querySelector("input").value = cut;
  slide();
}

function watch(view) {
  view.tabIndex = 0;
  view.addEventListener("keydown", onKey);
  view.addEventListener("dblclick", (event) => (at.zoom > 1 ? whole() : zoom(2.5, placeIn(view, event))));
  view.addEventListener("pointerdown", (event) => onDown(event, view));
  view.addEventListener("pointermove", (event) => onMove(event, view));
  ["pointerup", "pointercancel", "pointerleave"].forEach((end) => view.addEventListener(end, (event) => fingers.delete(event.pointerId)));
  // the wheel alone scrolls the page, as everywhere
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && at.zoom === 1) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? STEP : 1 / STEP, placeIn(view, event));
  }, { passive: false });
}

const ZOOMS = { in: () => zoom(STEP), out: () => zoom(1 / STEP), whole };

if (root) {
  root.querySelector("[data-with-script]").hidden = false;
  root.querySelectorAll("[data-compare-view]").forEach(watch);
  root.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", ZOOMS[button.dataset.zoom]));
  root.querySelectorAll("[data-compare-as]").forEach((button) => button.addEventListener("click", () => showAs(button.dataset.compareAs)));
  find("cut").querySelector("input").addEventListener("input", (event) => cutAt(Number(event.target.value)));
  shape();
  show();
  showAs("slider");
}
document.querySelectorAll(".compare-dates [data-without-script]").forEach((button) => button.remove());
document.querySelectorAll("[data-submits]").forEach((select) => select.addEventListener("change", () => select.form.requestSubmit()));

// The page of an assessment: the face, the strip for the chosen lesion, adding by place, undo, and the list that is saved.

import { FaceChart } from "./face-chart.js";
import { Rows } from "./face-chart-rows.js";

const MOST = 60;
const form = document.getElementById("assess");
const find = (name) => form.querySelector(`[data-${name}]`);
const all = (name) => [...form.querySelectorAll(`[data-${name}]`)];
const words = find("face-words").dataset;
const spots = JSON.parse(document.getElementById("face-spots").textContent);
const editor = find("face-editor");
const rows = new Rows(form);
const face = new FaceChart(find("face"));
const strip = find("strip");
const ghosts = all("gone");
const history = [];
let chosen = null;
let digits = { text: "", at: 0 };

const say = (text) => (find("under").textContent = text);
const nameOf = (place) => form.querySelector(`.face-place[data-place="${CSS.escape(place)}"]`)?.dataset.name ?? "";
const eyeOf = (place) => form.querySelector(`.face-place[data-place="${CSS.escape(place)}"]`)?.dataset.eye ?? "";
const last = () => rows.present.filter((row) => !row.isSettled).at(-1);

// Drawing ----------------------------------------------------------------------------------------------------------

function marks() {
  const known = rows.present.filter((row) => row.spot).map((row) => ({
    key: row.key, number: row.get("number"), ...row.spot, count: row.count, state: row.get("state"),
  }));
  const here = new Set(rows.present.map((row) => row.get("lesion")));
  const faint = ghosts.filter((each) => !here.has(each.dataset.gone)).map((each) => {
    const [view, x, y] = each.dataset.spot.split(":");
    return { key: `gone-${each.dataset.gone}`, number: each.dataset.number, view, x: Number(x), y: Number(y), count: 1, state: "resolved", ghost: true };
  });
  return [...faint, ...known];
}

function draw() {
  if (chosen?.isOut) chosen = null;
  face.draw(marks(), chosen?.key ?? null);
  drawStrip();
  drawSums();
  rows.all.forEach((row) => row.element.classList.toggle("is-chosen", row === chosen));
  find("undo").setAttribute("aria-disabled", String(history.length === 0));
}

function drawStrip() {
  strip.hidden = !chosen;
  if (!chosen) return;
  const { number, place, state, size_mm: size, depth } = chosen.values;
  find("strip-number").textContent = number;
  find("strip-place").textContent = nameOf(place);
  find("strip-eye").textContent = eyeOf(place);
  find("strip-eye").hidden = !eyeOf(place);
  find("strip-count").textContent = chosen.count;
  find("strip-states").hidden = !chosen.isSettled;
  find("strip-remove").hidden = chosen.isSettled && state !== "recurred";
  press("state", state);
  press("size", size === "" ? "" : String(Number(size)));
  press("depth", depth);
}

function press(what, value) {
  strip.querySelectorAll(`[data-${what}]`).forEach((button) => button.setAttribute("aria-pressed", String(button.dataset[what] === value)));
}

function drawSums() {
  const there = rows.present.filter((row) => row.isThere);
  find("total").textContent = there.reduce((sum, row) => sum + row.count, 0);
  const asked = rows.present.filter((row) => row.get("state") === "asked").length;
  find("bulk").hidden = asked === 0;
  find("bulk-words").textContent = asked === 1 ? words.askedOne : words.askedMany.replace("NUMBER", asked);
  find("none").hidden = rows.present.length > 0;
  all("view-count").forEach((part) => {
    const here = rows.present.filter((row) => row.spot?.view === part.dataset.viewCount).length;
    part.textContent = here;
    part.hidden = here === 0;
  });
  rows.present.forEach((row) => row.field("state").classList.toggle("is-asked", row.get("state") === "asked"));
  const here = new Set(rows.present.map((row) => row.get("lesion")));
  ghosts.forEach((each) => (each.hidden = here.has(each.dataset.gone)));
  const list = find("gone-list");
  if (list) list.hidden = ghosts.every((each) => each.hidden);
}

// Changing ---------------------------------------------------------------------------------------------------------

function change(act) {
  history.push(rows.snapshot());
  if (act() === false) history.pop();
  else form.dispatchEvent(new Event("input", { bubbles: true }));
  draw();
}

function undo() {
  const before = history.pop();
  if (!before) return;
  rows.restore(before);
  form.dispatchEvent(new Event("input", { bubbles: true }));
  draw();
}

function isFull() {
  if (rows.present.length < MOST) return false;
  say(words.full);
  return true;
}

function add(place, spot, more = {}) {
  if (isFull()) return false;
  const like = last();
  chosen = rows.make({
    number: rows.nextNumber(Number(editor.dataset.base)), place, spot: `${spot.view}:${spot.x}:${spot.y}`, count: 1,
    size_mm: like?.get("size_mm") ?? "", depth: like?.get("depth") || "superficial", ...more,
  });
  return true;
}

// The best place of a site that is not taken yet.
function freeSpot(place) {
  const taken = new Set(rows.present.map((row) => row.get("spot")));
  const free = spots[place].find((each) => !taken.has(each.join(":"))) ?? spots[place].at(-1);
  return { view: free[0], x: free[1], y: free[2] };
}

function comeBack(key) {
  const { dataset } = ghosts.find((each) => each.dataset.gone === key);
  change(() => {
    if (isFull()) return false;
    chosen = rows.make({
      lesion: key, number: dataset.number, place: dataset.place, spot: dataset.spot, state: "recurred", count: 1,
      size_mm: dataset.size, depth: dataset.depth,
    }, true);
    chosen.element.querySelector("[data-place-words]").textContent = nameOf(dataset.place);
    return true;
  });
}

function setCount(value) {
  if (!chosen || value < 1 || value > 200) return;
  change(() => chosen.write({ count: value }));
}

function setState(state) {
  if (chosen?.isSettled) change(() => chosen.write({ state }));
}

function remove(row) {
  if (!row || (row.isSettled && row.get("state") !== "recurred")) return;
  change(() => row.takeOut(true));
}

function choose(row) {
  chosen = row;
  const [view] = row?.get("spot").split(":") ?? [];
  if (view && getComputedStyle(face.views.get(view)).display === "none") showLarge(view);
  draw();
}

function showLarge(view) {
  document.getElementById(`large-${view}`).checked = true;
  face.root.dataset.large = view;
}

// The face ---------------------------------------------------------------------------------------------------------

const rowOf = (event) => rows.byKey(event.detail.key);
face.root.addEventListener("face:place", ({ detail }) => {
  change(() => add(detail.place, detail.spot));
  if (chosen) say(`${chosen.get("number")}: ${detail.name}`);
});
face.root.addEventListener("face:choose", (event) => {
  const { key } = event.detail;
  if (key.startsWith("gone-")) comeBack(key.slice(5));
  else choose(rowOf(event));
});
face.root.addEventListener("face:again", (event) => {
  choose(rowOf(event));
  if (chosen.isThere) setCount(chosen.count + 1);
});
face.root.addEventListener("face:outside", () => say(words.outside));
face.root.addEventListener("face:under", ({ detail }) => {
  if (detail.name) say(detail.note ? `${detail.name}, ${detail.note}` : detail.name);
  else if (detail.keyboard) say(words.outside);
});
face.root.addEventListener("face:move", (event) => {
  const { spot, place } = event.detail;
  const row = rowOf(event);
  if (row.isSettled && place !== row.get("place")) {
    say(words.onRecord.replace("NUMBER", row.get("number")));
    return;
  }
  change(() => row.write({ spot: `${spot.view}:${spot.x}:${spot.y}`, place }));
  choose(row);
});

const keys = {
  "+": () => chosen && setCount(chosen.count + 1),
  "=": () => chosen && setCount(chosen.count + 1),
  "-": () => chosen && setCount(chosen.count - 1),
  Delete: () => remove(chosen),
  Backspace: () => remove(chosen),
  "[": () => step(-1),
  "]": () => step(1),
  s: () => setState("active"),
  g: () => setState("resolved"),
  h: () => setState("treated"),
  r: () => setState("recurred"),
  u: () => undo(),
  v: () => nextView(),
};
face.root.addEventListener("face:key", ({ detail }) => {
  if (/^\d$/.test(detail.key)) typeCount(detail.key);
  else if (keys[detail.key]) keys[detail.key]();
  else return;
  detail.taken = true;
});

// "1" and then "2" within a second make twelve.
function typeCount(digit) {
  const text = Date.now() - digits.at < 1000 ? digits.text + digit : digit;
  digits = { text, at: Date.now() };
  setCount(Number(text));
}

function step(by) {
  const shown = rows.present;
  if (!shown.length) return;
  const next = shown[(shown.indexOf(chosen) + by + shown.length) % shown.length];
  choose(next);
  say(`${next.get("number")}: ${nameOf(next.get("place"))}`);
}

function nextView() {
  const order = [...face.views.keys()];
  const view = order[(order.indexOf(face.root.dataset.large ?? "front") + 1) % order.length];
  showLarge(view);
  say(form.querySelector(`label[for=large-${view}]`).firstChild.textContent);
}

// The strip, adding by place, the list -----------------------------------------------------------------------------

find("more").addEventListener("click", () => setCount(chosen.count + 1));
find("less").addEventListener("click", () => setCount(chosen.count - 1));
find("strip-remove").addEventListener("click", () => remove(chosen));
find("undo").addEventListener("click", undo);
strip.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { state, size, depth } = button.dataset;
  if (state) setState(state);
  if (size) change(() => chosen.write({ size_mm: Number(chosen.get("size_mm")) === Number(size) ? "" : size }));
  if (depth) change(() => chosen.write({ depth }));
});
all("rest").forEach((button) => button.addEventListener("click", () => change(() => {
  rows.present.filter((row) => row.get("state") === "asked").forEach((row) => row.write({ state: button.dataset.rest }));
})));

function addByPlace() {
  const place = find("add-place").value;
  if (!place) return find("add-place").focus();
  const wrong = [find("add-count"), find("add-size")].find((field) => !field.checkValidity());
  if (wrong) return wrong.reportValidity();
  change(() => add(place, freeSpot(place), { count: find("add-count").value || 1, size_mm: find("add-size").value, depth: find("add-depth").value }));
  if (chosen) say(`${chosen.get("number")}: ${nameOf(place)}`);
  find("add-count").value = 1;
}
find("add-go").addEventListener("click", addByPlace);
find("add").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.matches("button")) return;
  event.preventDefault();
  addByPlace();
});
// Enter in a field of the list or of the form does not press the first button of the page
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=checkbox], [type=radio]), select")) event.preventDefault();
});

rows.body.addEventListener("click", (event) => {
  const row = rows.of(event.target);
  if (event.target.closest("[data-remove]")) remove(row);
  else if (event.target.closest("[data-choose]")) choose(row);
});
rows.body.addEventListener("change", (event) => {
  const row = rows.of(event.target);
  // another place: the dot goes there; the server agrees by the same rule
  if (event.target === row.field("place") && row.get("place")) {
    const spot = freeSpot(row.get("place"));
    row.write({ spot: `${spot.view}:${spot.x}:${spot.y}` });
  }
  choose(row);
});
rows.body.addEventListener("focusin", (event) => {
  const row = rows.of(event.target);
  if (row && row !== chosen) choose(row);
});
ghosts.forEach((button) => button.addEventListener("click", () => comeBack(button.dataset.gone)));
all("large").concat([...form.querySelectorAll("[name=large]")]).forEach((radio) => {
  radio.addEventListener("change", (event) => {
    event.stopPropagation();
    showLarge(radio.value);
  });
});

// Treatments before ------------------------------------------------------------------------------------------------

const tried = find("tried-list");
const triedTotal = form.querySelector("[data-total-forms=before]");

function addTried(key = `before-${triedTotal.value}`) {
  const line = find("tried-template").content.firstElementChild.cloneNode(true);
  line.querySelectorAll("[name], [id]").forEach((field) => {
    ["name", "id"].forEach((what) => (field[what] &&= field[what].replace("before-__prefix__", key)));
  });
  line.dataset.tried = key;
  tried.append(line);
  triedTotal.value = Math.max(Number(triedTotal.value), Number(key.split("-")[1]) + 1);
  showRemovers();
  return line;
}

function showRemovers() {
  tried.querySelectorAll("[data-remove-tried]").forEach((button) => (button.hidden = false));
}

find("add-tried").addEventListener("click", () => addTried().querySelector("select").focus());
tried.addEventListener("click", (event) => {
  if (!event.target.closest("[data-remove-tried]")) return;
  event.target.closest("li").remove();
  form.dispatchEvent(new Event("input", { bubbles: true }));
});
[...tried.children].filter((line) => !line.querySelector("select").value && !line.matches(".is-wrong")).forEach((line) => line.remove());

// Saving -----------------------------------------------------------------------------------------------------------

form.addEventListener("draft:saved", ({ detail }) => {
  Object.entries(detail.rows ?? {}).forEach(([key, [lesion, number]]) => rows.byKey(key)?.write({ lesion, number }));
  draw();
});
form.addEventListener("draft:put-back", ({ detail }) => {
  rows.prepare(detail.fields);
  detail.fields.forEach(([name]) => {
    const [, key] = name.match(/^(before-\d+)-modality$/) ?? [];
    if (key && !tried.querySelector(`[data-tried="${key}"]`)) addTried(key);
  });
});
form.addEventListener("draft:filled", () => {
  rows.all.forEach((row) => {
    row.write({});
    const place = row.element.querySelector("[data-place-words]");
    if (place) place.textContent = nameOf(row.get("place"));
  });
  draw();
});

document.documentElement.classList.add("has-script");
["undo", "add", "add-tried"].forEach((name) => (find(name).hidden = false));
find("add-place").closest("[data-add]").hidden = false;
showRemovers();
draw();

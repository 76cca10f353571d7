// Draws the window of a gap again while its bounds are typed. Without this the strip shows what was saved.
// The same arithmetic as treatments/views/window_strip.py.

const SVG = "http://www.w3.org/2000/svg";
const NAMES = ["gap_floor", "gap_min", "gap_ideal", "gap_max", "gap_lapse"];
const KINDS = ["refused", "reason", "usual", "late", "lapsed"];
const BEYOND = 1.15;
const ROOM = 5;

function element(name, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.textContent = text;
  return made;
}

/** The five bounds, null for an empty one; undefined when they make no window. */
function bounds(form) {
  const days = NAMES.map((name) => form.elements[name]?.value.trim() ?? "");
  const numbers = days.map((text) => (/^\d{1,3}$/.test(text) ? Number(text) : null));
  const given = numbers.filter((day) => day !== null);
  const complete = numbers.slice(0, 3).every((day) => day) && days.every((text, n) => !text || numbers[n]);
  const ordered = given.every((day, n) => n === 0 || day >= given[n - 1]);
  return complete && ordered && !(numbers[4] && !numbers[3]) ? numbers : undefined;
}

function zones([floor, min, , max, lapse], end) {
  const starts = [0, floor, min, max === null ? null : max + 1, lapse === null ? null : lapse + 1];
  const known = starts.map((first, n) => ({ first, n })).filter(({ first }) => first !== null);
  return known
    .map(({ first, n }, at) => ({ first, n, until: known[at + 1]?.first ?? end }))
    .filter(({ first, until }) => until > first);
}

function draw(box, svg, days) {
  const end = (days[4] ?? days[3] ?? days[2] * 2) * BEYOND;
  const at = (day) => `${((100 * day) / end).toFixed(2)}%`;
  const names = box.dataset.names.split("|");
  const drawn = zones(days, end).map(({ first, n, until }) => {
    const zone = element("svg", { x: at(first), y: 0, width: at(until - first), height: 22 });
    zone.append(
      element("rect", { class: `zone-${KINDS[n]}`, width: "100%", height: 22 }),
      element("text", { class: "zone-name", x: "50%", y: 15, "text-anchor": "middle" }, names[n]),
    );
    return zone;
  });
  let before = { day: -Infinity, low: false };
  [...new Set(days.filter((day) => day !== null))].forEach((day) => {
    const low = !before.low && (100 * (day - before.day)) / end < ROOM;
    const ideal = day === days[2] ? " is-ideal" : "";
    drawn.push(
      element("line", { class: `gap-tick${ideal}`, x1: at(day), x2: at(day), y1: 0, y2: low ? 36 : 25 }),
      element("text", { class: `gap-day${ideal}`, x: at(day), y: low ? 48 : 37, "text-anchor": "middle" }, day),
    );
    before = { day, low };
  });
  svg.replaceChildren(...drawn);
}

const box = document.querySelector("[data-gap-window]");
const svg = box?.querySelector("svg");
const form = box?.closest("form");
form?.addEventListener("input", (event) => {
  if (!NAMES.includes(event.target.name)) return;
  const days = bounds(form);
  svg.classList.toggle("is-unclear", !days);
  if (days) draw(box, svg, days);
});

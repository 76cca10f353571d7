// The drawn face: where a pointer or the keyboard is, and the lesions on it. It knows nothing of forms: it is given
// marks to draw and says what somebody did, by events on its root:
//   face:place {spot, place, name}   face:choose {key}   face:again {key}   face:move {key, spot, place}
//   face:outside   face:under {name, note}   face:key {key} (a key that is not the face's own)
// Places are asked of the drawing itself, in thousandths: the same regions as treatments/face_chart.py.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 800;
const FULL = 1000;
const NEAR = { mouse: 13, pen: 16, touch: 22 };
const STEP = 8;

const make = (name, attributes) => {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
};

export class FaceChart {
  constructor(root) {
    this.root = root;
    this.views = new Map([...root.querySelectorAll("[data-view]")].map((svg) => [svg.dataset.view, svg]));
    this.marks = [];
    this.chosen = null;
    this.cursor = { view: "front", x: 500, y: 540 };
    this.views.forEach((svg) => {
      svg.addEventListener("pointerdown", (event) => this.down(event, svg));
      svg.addEventListener("pointermove", (event) => this.hover(event, svg));
      svg.addEventListener("pointerleave", () => this.tell("under", {}));
    });
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("blur", () => this.showCursor(false));
  }

  tell(what, detail = {}) {
    this.root.dispatchEvent(new CustomEvent(`face:${what}`, { detail }));
  }

  // Thousandths of the view under the pointer, whole numbers.
  spotOf(event, svg) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return this.rounded(svg.dataset.view, (point.x / WIDTH) * FULL, point.y);
  }

  rounded(view, x, y) {
    const inside = (value) => Math.min(FULL, Math.max(0, Math.round(value)));
    return { view, x: inside(x), y: inside(y) };
  }

  placeAt({ view, x, y }) {
    const svg = this.views.get(view);
    const point = svg.createSVGPoint();
    point.x = (x * WIDTH) / FULL;
    point.y = y;
    const piece = [...svg.querySelectorAll("polygon")].find((each) => each.isPointInFill(point));
    return piece?.closest("[data-place]") ?? null;
  }

  nearest(event, svg) {
    const reach = NEAR[event.pointerType] ?? NEAR.mouse;
    const matrix = svg.getScreenCTM();
    const away = (mark) => {
      const at = new DOMPoint((mark.x * WIDTH) / FULL, mark.y).matrixTransform(matrix);
      return Math.hypot(at.x - event.clientX, at.y - event.clientY);
    };
    const found = this.marks.filter((mark) => mark.view === svg.dataset.view && away(mark) <= reach);
    return found.sort((one, other) => away(one) - away(other))[0] ?? null;
  }

  down(event, svg) {
    if (event.button !== 0) return;
    const mark = this.nearest(event, svg);
    const from = { x: event.clientX, y: event.clientY };
    let moved = false;
    const element = mark && svg.querySelector(`[data-mark="${CSS.escape(mark.key)}"]`);
    const move = (next) => {
      moved ||= Math.hypot(next.clientX - from.x, next.clientY - from.y) > 6;
      if (moved && element && !mark.ghost) this.put(element, this.spotOf(next, svg));
    };
    const end = (next) => {
      svg.removeEventListener("pointermove", move);
      ["pointerup", "pointercancel"].forEach((name) => svg.removeEventListener(name, end));
      if (next.type === "pointerup") this.up(mark, moved, this.spotOf(next, svg));
      else this.draw(this.marks);
    };
    if (element) svg.setPointerCapture(event.pointerId);
    svg.addEventListener("pointermove", move);
    ["pointerup", "pointercancel"].forEach((name) => svg.addEventListener(name, end));
  }

  up(mark, moved, spot) {
    if (mark && moved && !mark.ghost) return this.drop(mark, spot);
    if (mark) return this.tell(mark.key === this.chosen ? "again" : "choose", { key: mark.key });
    if (!moved) this.press(spot);
  }

  drop(mark, spot) {
    const place = this.placeAt(spot);
    if (!place) this.tell("outside");
    else this.tell("move", { key: mark.key, spot, place: place.dataset.place });
    this.draw(this.marks);
  }

  press(spot) {
    const place = this.placeAt(spot);
    if (!place) return this.tell("outside");
    this.tell("place", { spot, place: place.dataset.place, name: place.dataset.name });
  }

  hover(event, svg) {
    if (event.pointerType === "touch") return;
    const place = this.placeAt(this.spotOf(event, svg));
    this.tell("under", { name: place?.dataset.name ?? "", note: place?.dataset.eye ?? "" });
  }

  // Keyboard: a cross that moves over the large view.
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (by) this.step(by, event.shiftKey ? STEP * 5 : STEP);
    else if (event.key === "Enter" || event.key === " ") this.pressCursor();
    else {
      const detail = { key: event.key, taken: false };
      this.tell("key", detail);
      if (!detail.taken) return;
    }
    event.preventDefault();
  }

  step([x, y], far) {
    const large = this.root.dataset.large ?? "front";
    const { view } = this.cursor;
    this.cursor = this.rounded(large, (view === large ? this.cursor.x : 500) + x * far, this.cursor.y + y * far);
    this.showCursor(true);
    const place = this.placeAt(this.cursor);
    this.tell("under", { name: place?.dataset.name ?? "", note: place?.dataset.eye ?? "", keyboard: true });
  }

  pressCursor() {
    const mark = this.marks.find(({ view, x, y }) => view === this.cursor.view && Math.hypot(x - this.cursor.x, y - this.cursor.y) < 12);
    if (mark) this.tell(mark.key === this.chosen ? "again" : "choose", { key: mark.key });
    else this.press(this.cursor);
    this.showCursor(true);
  }

  showCursor(shown) {
    this.root.querySelectorAll(".face-cursor").forEach((each) => each.remove());
    if (!shown) return;
    const cross = make("path", { class: "face-cursor", d: "M-26 0H-6M6 0H26M0-26V-6M0 6V26" });
    this.put(cross, this.cursor);
    this.views.get(this.cursor.view).append(cross);
  }

  put(element, { x, y }) {
    element.setAttribute("transform", `translate(${(x * WIDTH) / FULL} ${y})`);
  }

  // marks: {key, number, view, x, y, count, state, ghost}
  draw(marks, chosen = this.chosen) {
    this.marks = marks;
    this.chosen = chosen;
    this.views.forEach((svg, view) => {
      const drawn = marks.filter((mark) => mark.view === view).map((mark) => this.drawn(mark));
      svg.querySelector("[data-marks]").replaceChildren(...drawn);
    });
  }

  drawn(mark) {
    const classes = ["face-mark", `is-${mark.state}`, mark.count > 1 && "is-cluster", mark.ghost && "is-ghost"];
    const group = make("g", { class: [...classes, mark.key === this.chosen && "is-chosen"].filter(Boolean).join(" "), "data-mark": mark.key });
    this.put(group, mark);
    const words = make("text", { class: "face-number", x: 14, y: -8 });
    words.textContent = mark.count > 1 ? `${mark.number} ×${mark.count}` : mark.number;
    group.append(make("circle", { class: "face-hit", r: 26 }), make("circle", { class: "face-dot", r: 10 }), words);
    return group;
  }
}

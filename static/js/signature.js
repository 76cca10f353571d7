// The field to sign in: finger, pen or mouse draw a path of whole units, 600 by 200, into a hidden input
// ("M10 90L14 80 20 71M200 40"). The same path is what is kept and printed. Whoever cannot draw types the name.

const WIDTH = 600;
const HEIGHT = 200;
const LONGEST = 20000;
const STEP = 3;

function pointOf(pad, event) {
  const box = pad.getBoundingClientRect();
  const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
  return [
    within(((event.clientX - box.left) / box.width) * WIDTH, WIDTH),
    within(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT),
  ];
}

function set(box) {
  const pad = box.querySelector("[data-sign-pad]");
  const ink = box.querySelector("[data-sign-ink]");
  const path = box.querySelector("[data-sign-path]");
  const said = box.querySelector("[data-sign-said]");
  const form = box.closest("form");
  let last = null;

  function write(text) {
    if (text.length > LONGEST) {
      said.textContent = said.dataset.long;
      return false;
    }
    path.value = text;
    ink.setAttribute("d", text);
    return true;
  }

  function begin(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    said.textContent = "";
    last = pointOf(pad, event);
    last.isFirst = true;
    write(`${path.value}M${last.join(" ")}`);
  }

  function go(event) {
    if (!last) return;
    // fast hands: the browser keeps the points between two events
    const between = event.getCoalescedEvents?.() ?? [];
    for (const each of between.length ? between : [event]) {
      const next = pointOf(pad, each);
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) < STEP) continue;
      if (!write(`${path.value}${last.isFirst ? "L" : " "}${next.join(" ")}`)) return;
      last = next;
    }
  }

  function end() {
    last = null;
  }

  pad.addEventListener("pointerdown", begin);
  pad.addEventListener("pointermove", go);
  pad.addEventListener("pointerup", end);
  pad.addEventListener("pointercancel", end);
  box.querySelector("[data-sign-clear]").addEventListener("click", () => {
    write("");
    said.textContent = said.dataset.cleared;
  });

  // by hand is the usual way; by name when that is chosen, or scripts do not run
  const ways = [...form.elements.way];
  const name = form.elements.name;
  const nameBox = name.closest("[id^=div_]");
  function choose() {
    const byHand = form.elements.way.value === "drawn";
    const isPatient = form.elements.signer.value === "patient";
    box.hidden = !byHand;
    nameBox.hidden = byHand && isPatient && !name.value;
  }
  if (!form.querySelector("[data-error-summary]")) form.elements.way.value = "drawn";
  [...ways, ...form.elements.signer].forEach((each) => each.addEventListener("change", choose));
  choose();
}

document.querySelectorAll("[data-sign]").forEach(set);

// A stopwatch that fills a field with minutes and seconds. It reckons from the moment of the press, so that it is right
// in a tab nobody looks at and after a reload; the moment lies in localStorage until the visit is signed.
//
//   <div data-stopwatch="visit-12" data-user="3" data-field="id_contact_seconds" data-target="120"> … </div>
//
// The space bar presses it from anywhere on the page but from a field or a button.

const PREFIX = "stopwatch:";
const DAY = 24 * 3600 * 1000;
const OWN_SPACE = "input, textarea, select, button, summary, a[href], [contenteditable], dialog";

const words = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function read(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key));
    return found && Date.now() - found.at < DAY ? found : null;
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch {
    // Storage can be forbidden: the watch then ends with the page.
  }
}

class Stopwatch {
  constructor(box) {
    this.box = box;
    this.key = `${PREFIX}${box.dataset.user}:${box.dataset.stopwatch}`;
    this.target = Number(box.dataset.target);
    this.field = document.getElementById(box.dataset.field);
    this.title = document.title;
    this.part = (name) => box.querySelector(`[data-stopwatch-${name}]`);
    this.part("target").textContent = words(this.target);
    this.part("press").addEventListener("click", () => this.press());
    document.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("visibilitychange", () => this.show());
    this.startedAt = read(this.key)?.at ?? null;
    this.stoppedAt = null;
    this.reached = this.startedAt !== null && this.seconds >= this.target;
    if (this.startedAt !== null) this.run();
    this.show();
  }

  get seconds() {
    if (this.startedAt === null) return 0;
    return Math.max(0, Math.floor(((this.stoppedAt ?? Date.now()) - this.startedAt) / 1000));
  }

  get state() {
    if (this.startedAt === null) return "ready";
    return this.stoppedAt === null ? "running" : "stopped";
  }

  onKey(event) {
    if (event.key !== " " || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(OWN_SPACE) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.press();
  }

  press() {
    if (this.state === "running") this.stop();
    else this.start();
    this.show();
  }

  start() {
    this.startedAt = Date.now();
    this.stoppedAt = null;
    this.reached = false;
    write(this.key, { at: this.startedAt });
    this.say(this.box.dataset.sayStart);
    this.run();
  }

  stop() {
    this.stoppedAt = Date.now();
    clearInterval(this.timer);
    write(this.key, null);
    this.field.value = words(this.seconds);
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.say(this.box.dataset.sayStop.replace("TIME", words(this.seconds)));
  }

  run() {
    clearInterval(this.timer);
    this.timer = setInterval(() => this.show(), 200);
  }

  show() {
    const { seconds, state } = this;
    const text = words(seconds);
    if (this.part("time").textContent !== text) this.part("time").textContent = text;
    this.part("bar").value = Math.min(seconds, this.target);
    this.box.dataset.state = state;
    this.box.toggleAttribute("data-over", state !== "ready" && seconds >= this.target);
    this.box.querySelectorAll("[data-stopwatch-when]").forEach((each) => { each.hidden = each.dataset.stopwatchWhen !== state; });
    document.title = state === "running" ? `${text} · ${this.title}` : this.title;
    if (state === "running" && seconds >= this.target && !this.reached) this.remind();
  }

  remind() {
    this.reached = true;
    this.say(this.box.dataset.sayTarget.replace("TIME", words(this.target)));
    navigator.vibrate?.([200, 100, 200]);
  }

  say(text) {
    this.part("said").textContent = text;
  }
}

document.querySelectorAll("[data-stopwatch]").forEach((box) => new Stopwatch(box));

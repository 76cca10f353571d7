// Every photo is sent as soon as it is there, one after another, and its slot is drawn anew by the answer. What could not
// be sent stays in its slot until it is: a broken connection, a server that is busy, a session that ended lose nothing.

const LARGEST = 10 * 1024 * 1024;
// how often a photo is sent to a clinic that is busy before somebody is asked
const PATIENCE = 15;
const STANDARD = ":not(.is-close)";
const form = document.querySelector("[data-shots]");
const words = document.querySelector("[data-words]")?.dataset ?? {};
const queue = [];
// photos that wait in a slot, by pose: "taken out of the queue" is not "gone"
const kept = new Map();
let isSending = false;

const pause = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));
export const slotOf = (pose) => document.getElementById(`shot-${pose}`);
export const slots = () => [...document.querySelectorAll("[data-shot]")];
const isFree = (slot) => !slot.classList.contains("is-done") && !slot.hasAttribute("aria-busy") && !kept.has(slot.dataset.shot);

// The next standard pose after this one of which there is nothing yet.
export function nextFree(pose) {
  const all = slots().filter((slot) => slot.matches(STANDARD));
  const from = all.findIndex((slot) => slot.dataset.shot === pose) + 1;
  return [...all.slice(from), ...all.slice(0, from)].find(isFree)?.dataset.shot;
}

export function store(pose, files) {
  for (const file of files) queue.push({ pose, file });
  slotOf(pose).setAttribute("aria-busy", "true");
  say(pose, words.sending);
  if (!isSending) run();
}

async function run() {
  isSending = true;
  while (queue.length) await send(queue.shift());
  isSending = false;
}

async function send(job) {
  if (job.file.size > LARGEST) return keep(job, words.large, false);
  try {
    const answer = await post(job);
    job.tries = (job.tries ?? 0) + 1;
    if (answer.status === 503 && job.tries < PATIENCE) {
      say(job.pose, words.later);
      await pause(Number(answer.headers.get("Retry-After") ?? 2));
      queue.push(job);
    } else if (answer.status === 200 || answer.status === 409) {
      draw(job.pose, await answer.text());
    } else {
      await renewToken();
      keep(job, answer.headers.has("HX-Redirect") ? words.out : words.failed, true);
    }
  } catch {
    keep(job, words.lost, true);
  }
}

function post({ pose, file }) {
  const body = new FormData(form);
  slots().forEach((slot) => body.delete(slot.dataset.shot));
  body.append(pose, file, file.name);
  return fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
}

// After a new sign-in in another window the form's own token is no longer good.
async function renewToken() {
  const page = await fetch(location.href).then((answer) => answer.text()).catch(() => "");
  const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-shots] [name=csrfmiddlewaretoken]");
  if (fresh) form.querySelector("[name=csrfmiddlewaretoken]").value = fresh.value;
}

function draw(pose, html) {
  const old = slotOf(pose);
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.querySelector("[data-shot]");
  if (!fresh) return;
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(fresh);
  ready(fresh);
  if (queue.some((job) => job.pose === pose)) fresh.setAttribute("aria-busy", "true");
  const refused = fresh.querySelector(".shot-no");
  announce(refused ? refused.textContent.trim() : `${fresh.dataset.label} ${words.stored}`);
  if (hadFocus) fresh.querySelector("input").focus();
}

function say(pose, text) {
  const place = slotOf(pose).querySelector("[data-say]");
  place.textContent = text;
  place.hidden = !text;
}

function announce(text) {
  document.querySelector("[data-said]").textContent = text;
}

function keep(job, text, mayGoAgain) {
  const slot = slotOf(job.pose);
  slot.removeAttribute("aria-busy");
  say(job.pose, `${job.file.name}: ${text} `);
  announce(text);
  if (!mayGoAgain) return;
  kept.set(job.pose, [...(kept.get(job.pose) ?? []), job.file]);
  const again = document.createElement("button");
  again.type = "button";
  again.className = "btn btn-sm btn-secondary";
  again.textContent = words.again;
  again.addEventListener("click", () => {
    const files = kept.get(job.pose) ?? [];
    kept.delete(job.pose);
    store(job.pose, files);
  });
  slot.querySelector("[data-say]").append(again);
}

// Dropping: on a slot it is that pose; anywhere else, or several at once, somebody says which is which.
function ready(slot) {
  slot.querySelector("[data-camera-open]").hidden = !navigator.mediaDevices?.getUserMedia;
  const input = slot.querySelector("input[type=file]");
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    if (files.length) store(slot.dataset.shot, files);
  });
}

const staging = document.querySelector("[data-staging]");
const staged = document.querySelector("[data-staged]");

async function preview(file, canvas) {
  try {
    const picture = await createImageBitmap(file);
    const shrink = Math.min(1, 320 / Math.max(picture.width, picture.height));
    canvas.width = picture.width * shrink;
    canvas.height = picture.height * shrink;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
  } catch {
    canvas.classList.add("is-blind");
  }
}

function stage(files) {
  const free = slots().filter((slot) => slot.matches(STANDARD) && isFree(slot)).map((slot) => slot.dataset.shot);
  const taken = [...staged.querySelectorAll("select")].map((each) => each.value);
  const left = free.filter((pose) => !taken.includes(pose));
  files.sort((one, other) => one.lastModified - other.lastModified || one.name.localeCompare(other.name));
  for (const file of files) {
    const line = document.querySelector("[data-staged-one]").content.cloneNode(true).firstElementChild;
    line.file = file;
    line.querySelector("select").value = left.shift() ?? "close_up";
    line.querySelector("[data-staged-name]").textContent = file.name;
    line.querySelector("canvas").setAttribute("aria-label", file.name);
    preview(file, line.querySelector("canvas"));
    staged.append(line);
  }
  staging.hidden = false;
  staging.scrollIntoView({ block: "nearest" });
  staged.querySelector("select").focus({ preventScroll: true });
}

function leaveStaging(storing) {
  const lines = [...staged.children];
  staged.replaceChildren();
  staging.hidden = true;
  if (storing) lines.forEach((line) => line.querySelector("select").value && store(line.querySelector("select").value, [line.file]));
}

function dropped(event) {
  const files = [...(event.dataTransfer?.files ?? [])];
  if (!files.length) return;
  event.preventDefault();
  const slot = event.target.closest?.("[data-shot]");
  if (slot && files.length === 1) store(slot.dataset.shot, files);
  else stage(files);
}

function chooseSeveral() {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", multiple: true, accept: "image/jpeg,image/png,image/webp" });
  input.addEventListener("change", () => input.files.length && stage([...input.files]));
  input.click();
}

function mark(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  document.querySelectorAll(".is-over").forEach((slot) => slot.classList.remove("is-over"));
  event.target.closest?.("[data-shot]")?.classList.add("is-over");
}

if (form) {
  form.classList.add("is-live");
  document.querySelectorAll("[data-without-script]").forEach((part) => part.remove());
  document.querySelectorAll("[data-with-script]").forEach((part) => (part.hidden = false));
  slots().forEach(ready);
  form.addEventListener("submit", (event) => event.preventDefault());
  const several = document.querySelector("[data-several]");
  several.hidden = false;
  several.addEventListener("click", chooseSeveral);
  document.querySelector("[data-staged-store]").addEventListener("click", () => leaveStaging(true));
  document.querySelector("[data-staged-drop]").addEventListener("click", () => leaveStaging(false));
  // the slots show what there is of that day already
  form.elements.taken_on.addEventListener("change", () => {
    const here = new URL(location.href);
    here.searchParams.set("on", form.elements.taken_on.value);
    location.assign(here);
  });
  document.addEventListener("dragover", mark);
  document.addEventListener("drop", dropped);
  // what is not stored yet is worth a question of the browser
  window.addEventListener("beforeunload", (event) => {
    if (queue.length || isSending || kept.size || !staging.hidden) event.preventDefault();
  });
}

// The log of a visit: what differs from last time is marked, proposals and products go in at one press, and what the
// server says of the values after each save is shown. Saving itself is drafts.js.

const form = document.getElementById("log");
const says = document.getElementById("log-says");
const reason = document.getElementById("div_id_range_reason");

// The value of a row as the server writes it in data-last: numbers without zeros that say nothing, m:ss as seconds.
function plain(text) {
  const clock = /^(\d+):([0-5]\d)$/.exec(text);
  if (clock) return String(Number(clock[1]) * 60 + Number(clock[2]));
  const number = text.replace(",", ".").replace(/\s*%$/, "");
  return number !== "" && Number.isFinite(Number(number)) ? String(Number(number)) : text;
}

function valueOf(name) {
  const values = new FormData(form).getAll(name).map(String).filter(Boolean).sort();
  return values.map(plain).join(",");
}

function mark() {
  form.querySelectorAll("[data-last]").forEach((row) => {
    const now = valueOf(row.dataset.name);
    const last = row.dataset.last.split(",").map(plain).join(",");
    row.classList.toggle("is-different", last !== "" && now !== "" && now !== last);
  });
  form.querySelectorAll("[data-result-of]").forEach((row) => {
    row.hidden = !form.querySelector(`[data-tick="${CSS.escape(row.dataset.resultOf)}"]`)?.checked;
  });
}

function set(field, value) {
  if (!field) return;
  if (field.type === "checkbox") field.checked = Boolean(value);
  else field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function fillProduct({ name, lot, expires }) {
  const rows = [...form.querySelectorAll(".log-product")];
  const names = rows.map((row) => row.querySelector("[name$=_name]"));
  const at = Math.max(names.findIndex((field) => field.value === name), 0) || names.findIndex((field) => field.value === "");
  const row = rows[at < 0 ? 0 : at];
  row.querySelector("[name$=_name]").value = name;
  row.querySelector("[name$=_expires_on]").value = expires;
  set(row.querySelector("[name$=_lot]"), lot);
}

function tickAll() {
  const boxes = [...form.querySelectorAll("[data-tick]")];
  const every = boxes.every((box) => box.checked);
  boxes.forEach((box) => { box.checked = !every; });
  boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
}

form.addEventListener("click", (event) => {
  const fill = event.target.closest("[data-fill]");
  if (fill) set(form.elements[fill.dataset.fill], fill.dataset.fillValue);
  const product = event.target.closest("[data-product]");
  if (product) fillProduct(product.dataset);
  if (event.target.closest("[data-tick-all]")) tickAll();
});

// Enter in a field must neither sign nor send the page: it is saved anyway.
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=submit])")) event.preventDefault();
});

function showErrors(errors) {
  form.querySelectorAll(".field-error").forEach((slot) => {
    const text = errors[slot.id.replace(/^error_/, "")] ?? "";
    if (slot.textContent !== text) slot.textContent = text;
    const field = form.elements[slot.id.replace(/^error_/, "")];
    if (!(field instanceof Element)) return;
    field.toggleAttribute("aria-invalid", Boolean(text));
    if (text) field.setAttribute("aria-invalid", "true");
    if (text) field.setAttribute("aria-describedby", slot.id);
  });
}

function show({ says: html, errors }) {
  if (html !== undefined && says.innerHTML !== html) says.innerHTML = html;
  showErrors(errors ?? {});
  const asked = says.querySelector("[data-asks]") !== null;
  reason.hidden = !asked && form.elements.range_reason.value === "";
}

form.addEventListener("draft:saved", (event) => show(event.detail));
form.addEventListener("draft:refused", (event) => {
  if (event.detail.errors) show(event.detail);
});
form.addEventListener("input", mark);
form.addEventListener("change", mark);
form.addEventListener("draft:filled", mark);
mark();

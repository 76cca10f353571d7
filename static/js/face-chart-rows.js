// The list of lesions of an assessment: table rows whose fields are what is saved. The face (face-chart.js) is drawn
// from them. A row that is taken out stays in the page, hidden and not sent, so that it can be put back.

const THERE = new Set(["new", "active", "recurred"]);
const SHOWN = ["lesion", "number", "spot", "place", "state", "count", "size_mm", "depth", "note"];

export class Row {
  constructor(element) {
    this.element = element;
  }

  get key() {
    return this.element.dataset.row;
  }

  get isSettled() {
    return "settled" in this.element.dataset;
  }

  get isOut() {
    return this.element.hidden;
  }

  field(name) {
    return this.element.querySelector(`[data-field="${name}"]`);
  }

  get(name) {
    return this.field(name)?.value ?? "";
  }

  get values() {
    return Object.fromEntries(SHOWN.map((name) => [name, this.get(name)]));
  }

  write(values) {
    Object.entries(values).forEach(([name, value]) => {
      const field = this.field(name);
      if (field && field.value !== String(value)) field.value = value;
    });
    this.element.querySelectorAll("[data-number]").forEach((part) => (part.textContent = this.get("number")));
  }

  takeOut(out) {
    this.element.hidden = out;
    this.element.querySelectorAll("[data-field], [name]").forEach((field) => (field.disabled = out));
  }

  get count() {
    return Math.max(1, Number.parseInt(this.get("count"), 10) || 1);
  }

  get isThere() {
    return THERE.has(this.get("state"));
  }

  get spot() {
    const [view, x, y] = this.get("spot").split(":");
    return view ? { view, x: Number(x), y: Number(y) } : null;
  }
}

export class Rows {
  constructor(form) {
    this.form = form;
    this.body = form.querySelector("[data-rows]");
    this.total = form.querySelector("[data-total-forms=lesions]");
    // the empty row is for browsers without scripts
    const empty = [...this.body.rows].at(-1);
    if (empty && !this.#isFilled(new Row(empty))) empty.remove();
    this.all = [...this.body.rows].map((element) => new Row(element));
    this.body.querySelectorAll("[data-remove]").forEach((button) => (button.hidden = false));
  }

  #isFilled(row) {
    return row.get("place") !== "" || row.get("lesion") !== "" || row.element.classList.contains("is-wrong");
  }

  get present() {
    return this.all.filter((row) => !row.isOut);
  }

  of(element) {
    return this.all.find((row) => row.element === element.closest("[data-row]"));
  }

  byKey(key) {
    return this.all.find((row) => row.key === key);
  }

  // A new row; of a lesion that was gone and came back when it is settled.
  make(values, settled = false, key = `lesions-${this.total.value}`) {
    const name = settled ? "[data-back-template]" : "[data-row-template]";
    const element = this.form.querySelector(name).content.querySelector("tr").cloneNode(true);
    element.querySelectorAll("[name], [id]").forEach((field) => {
      ["name", "id"].forEach((what) => {
        if (field[what]) field[what] = field[what].replace("lesions-__prefix__", key);
      });
    });
    element.dataset.row = key;
    element.querySelector("[data-remove]").hidden = false;
    this.body.append(element);
    this.total.value = Math.max(Number(this.total.value), Number(key.split("-")[1]) + 1);
    const row = new Row(element);
    this.all.push(row);
    row.write(values);
    return row;
  }

  nextNumber(base) {
    const used = this.all.filter((row) => !row.isOut || row.get("lesion")).map((row) => Number(row.get("number")) || 0);
    return Math.max(base, ...used) + 1;
  }

  snapshot() {
    return this.all.map((row) => ({ row, out: row.isOut, values: row.values }));
  }

  restore(snapshot) {
    const known = new Map(snapshot.map((each) => [each.row, each]));
    this.all.forEach((row) => {
      const before = known.get(row);
      row.takeOut(before ? before.out : true);
      // what the server told since stays
      if (before) row.write({ ...before.values, lesion: row.get("lesion"), number: row.get("number") });
    });
  }

  // Rows for what is about to be filled in, and none for what was taken out then.
  prepare(fields) {
    const names = new Set(fields.map(([name]) => name));
    const values = Object.fromEntries(fields);
    this.all.forEach((row) => row.takeOut(!names.has(`${row.key}-place`)));
    names.forEach((name) => {
      const [, key] = name.match(/^(lesions-\d+)-place$/) ?? [];
      if (!key || this.byKey(key) || !values[name]) return;
      this.make({}, values[`${key}-state`] !== "new", key);
    });
  }
}

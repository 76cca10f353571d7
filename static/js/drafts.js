// Forms that save themselves. A page that wants it links this module and writes
//
//   <form method="post" action="…/save/" data-draft="assessment-12" data-draft-user="{{ user.pk }}"
//         data-draft-saved-from="{{ draft.saved_from }}">
//     {% csrf_token %}
//     <input type="hidden" name="version" value="{{ draft.version }}">
//     <input type="hidden" name="tab">
//     {% include "components/draft_status.html" with at=draft.saved_at only %}
//
// A moment after every change the whole form is posted to its action, with the header `X-Draft: 1`. `version` is the
// one that the page has seen, `tab` is "<token of this window>.<number of the change>": keep it in a column
// `saved_from`. The server takes the form when `version` is the current one, or when the token of `saved_from` is that
// of `tab` (the answer to the last save was lost), and raises the version. A number that is not above that of
// `saved_from` was saved already: answer 200 and change nothing. Its answers, as JSON:
//
//   200  {"version": 8, …}                          saved
//   409  {"sentence": "Saved in another window…"}   nothing saved: the page is older than the draft
//   422  {"sentence": "…", "errors": {name: "…"}}   nothing saved: the page says so and keeps what was typed
//   410  {"sentence": "…"}                          nothing saved: signed or thrown away meanwhile
//
// Whatever is not saved lies in localStorage by user and form, for a day at most, and only until it is saved: a dropped
// connection is tried again, an expired sign-in as soon as somebody is signed in again (a new CSRF token is read from
// the page's own address). Opening the form again puts it back; if somebody else saved meanwhile, it is offered.
//
// Events on the form: `draft:saved` (detail: the answer), `draft:refused` (the answer), `draft:put-back` (detail.fields:
// pairs of name and value; a page with rows of its own makes them here, before the values are filled in), and
// `draft:filled` after that. A script that changes fields says so with an `input` or `change` event on one of them.
// An ordinary button of the form (Sign) sends everything too. The page after it writes data-draft-done="assessment-12".

const WAIT = 700;
const AGAIN = [2000, 5000, 15000, 30000];
const DAY = 24 * 3600 * 1000;
const PREFIX = "draft:";
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "version", "tab"]);

const storage = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Storage can be full or forbidden; the page itself still holds what was typed.
    }
  },
  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // as above
    }
  },
  // What nobody came back for does not stay on a shared machine.
  dropOld() {
    try {
      Object.keys(localStorage)
        .filter((key) => key.startsWith(PREFIX) && !(Date.now() - this.read(key)?.at < DAY))
        .forEach((key) => this.drop(key));
    } catch {
      // as above
    }
  },
};

const newToken = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (n) => n.toString(36)).join("");
const clock = () => new Date().toLocaleTimeString(document.documentElement.lang || "en", { hour: "2-digit", minute: "2-digit" });

class Draft {
  constructor(form) {
    this.form = form;
    this.key = `${PREFIX}${form.dataset.draftUser}:${form.dataset.draft}`;
    this.token = newToken();
    this.changes = 0; // made in this window
    this.saved = 0; // of them, how many the server holds
    this.failures = 0;
    this.state = "saved"; // saving, offline, signed-out, refused, stale, over
    this.status = form.querySelector("[data-draft-status]");
    form.elements.tab.value = `${this.token}.0`;
    form.addEventListener("input", () => this.changed(WAIT));
    form.addEventListener("change", () => this.changed(50));
    form.addEventListener("submit", () => this.submitted());
    addEventListener("online", () => this.send());
    addEventListener("pagehide", () => this.leave());
    addEventListener("focus", () => this.comeBack());
    document.addEventListener("visibilitychange", () => this.comeBack());
    this.offer();
  }

  get isDirty() {
    return this.changes > this.saved;
  }

  fields() {
    return [...new FormData(this.form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string");
  }

  keep() {
    storage.write(this.key, {
      token: this.token, n: this.changes, version: this.form.elements.version.value, at: Date.now(), fields: this.fields(),
    });
  }

  changed(wait) {
    this.changes += 1;
    this.form.elements.tab.value = `${this.token}.${this.changes}`;
    this.keep();
    if (this.state === "stale" || this.state === "over") return;
    if (this.state === "saved") this.say("saving");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  async send(options = {}) {
    clearTimeout(this.timer);
    if (!this.isDirty || this.sending || this.left || ["stale", "over"].includes(this.state)) return;
    const sent = this.changes;
    this.sending = true;
    try {
      await this.took(await this.post(options), sent);
    } catch {
      this.later();
    }
    this.sending = false;
    if (this.isDirty && this.state === "saving") this.send();
  }

  post(options) {
    return fetch(this.form.action, {
      method: "POST", body: new FormData(this.form), headers: { "X-Draft": "1" }, redirect: "manual", credentials: "same-origin", ...options,
    });
  }

  async took(answer, sent) {
    // a redirect leads to the sign-in; 403 is what a token of the last sign-in gets
    if (answer.type === "opaqueredirect" || answer.status === 403) return this.signedOut();
    if (answer.status >= 500 || answer.status === 429) throw new Error("later");
    const said = await answer.json();
    this.failures = 0;
    if (answer.ok) return this.isSaved(said, sent);
    this.mark(said.errors ?? {});
    this.say({ 409: "stale", 410: "over", 404: "over" }[answer.status] ?? "refused", said.sentence);
    this.form.dispatchEvent(new CustomEvent("draft:refused", { detail: said }));
  }

  // Fields that are wrong, by their names on the page.
  mark(errors) {
    [...this.form.elements].filter((field) => field.name).forEach((field) => {
      const isWrong = field.name in errors;
      if (!isWrong && !field.hasAttribute("aria-invalid")) return;
      field.classList.toggle("is-invalid", isWrong);
      field.toggleAttribute("aria-invalid", isWrong);
      if (isWrong) field.setAttribute("aria-invalid", "true");
    });
  }

  isSaved(said, sent) {
    this.saved = sent;
    this.mark({});
    this.form.elements.version.value = said.version;
    this.form.dispatchEvent(new CustomEvent("draft:saved", { detail: said }));
    if (this.isDirty) return this.say("saving");
    storage.drop(this.key);
    this.say("saved");
  }

  later() {
    this.say("offline");
    this.timer = setTimeout(() => this.send(), AGAIN[Math.min(this.failures, AGAIN.length - 1)]);
    this.failures += 1;
  }

  // Once more with the token of the present sign-in; if nobody is signed in, when somebody comes back.
  async signedOut() {
    const token = await this.freshToken().catch(() => null);
    if (!token || this.triedToken === token) return this.say("signed-out");
    this.triedToken = token;
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));
    const answer = await this.post({});
    if (answer.type === "opaqueredirect" || answer.status === 403) return this.say("signed-out");
    return this.took(answer, this.changes);
  }

  async freshToken() {
    const answer = await fetch(location.href, { redirect: "manual", credentials: "same-origin" });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const own = page.querySelector(`form[data-draft="${CSS.escape(this.form.dataset.draft)}"]`);
    // somebody else signed in meanwhile: what was typed is not theirs to send
    if (own?.dataset.draftUser !== this.form.dataset.draftUser) return null;
    return own.elements.csrfmiddlewaretoken.value;
  }

  comeBack() {
    if (document.visibilityState !== "visible") return;
    if (this.state === "offline" || this.state === "signed-out") {
      this.triedToken = null;
      this.send();
    }
  }

  submitted() {
    clearTimeout(this.timer);
    if (this.isDirty) this.keep();
    this.left = true;
  }

  leave() {
    clearTimeout(this.timer);
    if (this.isDirty && !this.left && !["stale", "over"].includes(this.state)) this.post({ keepalive: true }).catch(() => {});
  }

  say(state, sentence) {
    this.state = state;
    this.form.dataset.draftState = state;
    if (!this.status) return;
    const words = this.status.dataset[`say${state.replace(/(^|-)./g, (part) => part.at(-1).toUpperCase())}`] ?? "";
    this.status.querySelector("[data-draft-words]").textContent = sentence || words.replace("TIME", clock());
    this.status.querySelectorAll("[data-draft-when]").forEach((part) => {
      part.hidden = !part.dataset.draftWhen.split(" ").includes(state);
    });
  }

  // What was typed before and never arrived.
  offer() {
    const kept = storage.read(this.key);
    if (!kept?.fields) return this.offerBefore();
    const [token, n] = (this.form.dataset.draftSavedFrom || ".0").split(".");
    if (token === kept.token && Number(n) >= kept.n) return this.arrived();
    if (token === kept.token || kept.version === this.form.elements.version.value) {
      // The last window may still be sending as it closes: this one goes on under its token, so that neither is too old.
      this.token = kept.token;
      this.changes = this.saved = kept.n;
      // after the page's own modules, which may have rows to make
      addEventListener("load", () => this.putBack(kept), { once: true });
      if (document.readyState === "complete") this.putBack(kept);
      return;
    }
    storage.write(`${this.key}#before`, kept);
    storage.drop(this.key);
    this.offerBefore();
  }

  // What the last window sent as it closed did arrive: the page already shows it, and when it was saved.
  arrived() {
    storage.drop(this.key);
    this.form.dataset.draftState = this.state;
  }

  // Something else was saved since: it is offered, and lies apart from what is typed now.
  offerBefore() {
    const key = `${this.key}#before`;
    const kept = storage.read(key);
    const box = this.form.querySelector("[data-draft-before]");
    if (!kept || !box) return;
    const answer = (fill) => {
      storage.drop(key);
      box.hidden = true;
      if (fill) this.putBack(kept);
    };
    box.hidden = false;
    box.querySelector("[data-draft-put-back]").addEventListener("click", () => answer(true));
    box.querySelector("[data-draft-forget]").addEventListener("click", () => answer(false));
  }

  putBack({ fields }) {
    this.form.dispatchEvent(new CustomEvent("draft:put-back", { detail: { fields } }));
    this.fill(fields);
    this.form.dispatchEvent(new CustomEvent("draft:filled"));
    this.changed(50);
    this.say("put-back");
    this.state = "saving";
  }

  fill(fields) {
    const left = new Map();
    fields.forEach(([name, value]) => left.set(name, [...(left.get(name) ?? []), value]));
    [...this.form.elements].forEach((field) => {
      if (!field.name || NOT_KEPT.has(field.name) || ["submit", "button", "file"].includes(field.type)) return;
      const values = left.get(field.name);
      if (field.type === "checkbox" || field.type === "radio") field.checked = values?.includes(field.value) ?? false;
      else if (field.multiple) [...field.options].forEach((each) => (each.selected = values?.includes(each.value) ?? false));
      else if (values?.length) field.value = values.shift();
    });
  }
}

storage.dropOld();
document.querySelectorAll("[data-draft-done]").forEach(({ dataset }) => storage.drop(`${PREFIX}${dataset.draftUser}:${dataset.draftDone}`));
document.querySelectorAll("form[data-draft]").forEach((form) => new Draft(form));

// Lists under a search field, by the ARIA combobox pattern: focus stays in the field, arrows move the choice.
// The options come from the server as links with role="option"; Enter follows the chosen one.

const known = new WeakSet();

function setUp(form) {
  if (known.has(form)) return;
  known.add(form);
  const input = form.querySelector("[role=combobox]");
  const list = document.getElementById(input.getAttribute("aria-controls"));
  const options = () => [...list.querySelectorAll("[role=option][href]")];
  const chosen = () => list.querySelector("[role=option][aria-selected=true]");

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) choose(null);
  }

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function step(by) {
    const all = options();
    if (all.length === 0) return;
    if (list.hidden) show(true);
    const at = all.indexOf(chosen());
    const next = at === -1 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length;
    choose(all[next]);
  }

  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !list.hidden && chosen()) {
      event.preventDefault();
      chosen().click();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      show(false);
    } else if (event.key === "Escape") {
      input.blur();
    }
  });
  list.addEventListener("htmx:afterSwap", () => {
    show(list.childElementCount > 0 && document.activeElement === input);
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) show(false);
  });
  // A press on an option must not take the focus from the field before the click arrives.
  list.addEventListener("mousedown", (event) => event.preventDefault());
}

const setUpAll = () => document.querySelectorAll("[data-combobox]").forEach(setUp);
// before the panel gives its field the focus, which already asks for the list
document.addEventListener("htmx:load", setUpAll);
setUpAll();

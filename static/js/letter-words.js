// Puts a placeholder where the cursor was. Without this the names are there to be typed.

const form = document.querySelector("[data-letter-words]");
const FIELDS = "input[type=text], textarea";
let last = form?.querySelector(FIELDS);

function insert(field, words) {
  const { selectionStart: from, selectionEnd: until } = field;
  field.setRangeText(words, from ?? field.value.length, until ?? field.value.length, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

if (last) {
  form.addEventListener("focusin", ({ target }) => {
    if (target.matches(FIELDS)) last = target;
  });
  document.querySelectorAll("[data-insert]").forEach((button) => {
    button.hidden = false;
    button.parentElement.querySelector("[data-plain]").hidden = true;
    button.addEventListener("click", () => insert(last, button.dataset.insert));
  });
}

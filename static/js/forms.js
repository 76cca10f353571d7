// After a refused form the summary of errors takes the focus, so nobody has to look for it.
// A form is sent once: its buttons rest until the answer comes (the server ignores repeats in any case).

function focusSummary(root) {
  root.querySelector("[data-error-summary]")?.focus();
}

function restButtons(form, resting) {
  form.querySelectorAll("button[type=submit]").forEach((button) => {
    button.setAttribute("aria-disabled", String(resting));
  });
  form.toggleAttribute("data-sending", resting);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.matches("[hx-post], [data-hx-post]")) return;
  if (form.hasAttribute("data-sending")) {
    event.preventDefault();
    return;
  }
  restButtons(form, true);
});
// Coming back with the browser's back button shows the page as it was left.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sending]").forEach((form) => restButtons(form, false));
});
document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.detail.target));
focusSummary(document);

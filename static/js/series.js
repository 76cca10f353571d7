// Two helps for the keyboard and the phone call: everything here also works without them.

// Whoever sets the number of sessions of a treatment means that treatment.
const NUMBER = ".pick-card select";

function choose(select) {
  select.closest(".pick-card").querySelector("input[type=radio]").checked = true;
}

document.addEventListener("change", (event) => {
  if (event.target.matches(NUMBER)) choose(event.target);
});
// This script comes after the page: whoever was quicker meant it too.
if (!document.querySelector(".pick-card input:checked")) {
  const set = [...document.querySelectorAll(NUMBER)].find((each) => !each.selectedOptions[0]?.defaultSelected);
  if (set) choose(set);
}

// "b" books the best series, as it leads here from the record.
function keyForBest() {
  const button = document.querySelector(".proposal.is-best button[type=submit]");
  if (button) button.dataset.key = "b";
}

document.addEventListener("htmx:afterSwap", keyForBest);
keyForBest();

// Two helps for the keyboard and the phone call: everything here also works without them.

// Whoever sets the number of sessions of a treatment means that treatment.
document.addEventListener("change", (event) => {
  const card = event.target.matches("select") && event.target.closest(".pick-card");
  if (card) card.querySelector("input[type=radio]").checked = true;
});

// "b" books the best series, as it leads here from the record.
function keyForBest() {
  const button = document.querySelector(".proposal.is-best button[type=submit]");
  if (button) button.dataset.key = "b";
}

document.addEventListener("htmx:afterSwap", keyForBest);
keyForBest();

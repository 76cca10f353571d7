// Whoever sets the number of sessions of a treatment means that treatment.

document.addEventListener("change", (event) => {
  const card = event.target.matches("select") && event.target.closest(".pick-card");
  if (card) card.querySelector("input[type=radio]").checked = true;
});

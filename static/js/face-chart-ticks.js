// The face beside a list of check boxes (components/face_chart.html with tick_name): pressing a lesion ticks its box,
// and what is ticked looks so on the face.

function show(chart) {
  chart.querySelectorAll("[data-tick]").forEach((box) => {
    chart.querySelector(`[data-mark="${CSS.escape(box.dataset.tick)}"]`)?.classList.toggle("is-ticked", box.checked);
  });
}

document.querySelectorAll("[data-face-chart]:has([data-tick])").forEach((chart) => {
  chart.addEventListener("change", () => show(chart));
  chart.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-mark]");
    if (mark) chart.querySelector(`[data-tick="${CSS.escape(mark.dataset.mark)}"]`)?.click();
  });
  // a form that puts back what was typed fills boxes without a word
  chart.closest("form")?.addEventListener("draft:filled", () => show(chart));
  show(chart);
});

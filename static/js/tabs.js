// A row of tabs that is wider than the screen begins at the tab that is open, in the middle where there is room.

for (const open of document.querySelectorAll(".tab-row [aria-current]")) {
  const row = open.closest(".tab-row");
  const [tab, frame] = [open.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += tab.left + tab.width / 2 - (frame.left + frame.width / 2);
}

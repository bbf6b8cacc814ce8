// A tile is dragged onto a board beside the wall: it, or all that are ticked if it is one of them, are put there.
const form = document.getElementById("selection");
let dragged = null;

function target(event) {
  return dragged && event.target.closest?.("[data-board]");
}

if (form) {
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("#grid .tile");
    if (dragged) event.dataTransfer.effectAllowed = "copy";
  });
  document.addEventListener("dragend", () => (dragged = null));
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      const board = target(event);
      if (!board) return;
      board.setAttribute("data-over", "");
      event.dataTransfer.dropEffect = "copy";
      event.preventDefault();
    });
  }
  for (const name of ["dragleave", "drop", "dragend"]) {
    document.addEventListener(name, () => document.querySelector("[data-over]")?.removeAttribute("data-over"));
  }
  document.addEventListener("drop", (event) => {
    const board = target(event);
    const box = dragged?.querySelector("[data-tick]");
    if (!board || !box) return;
    event.preventDefault();
    if (!box.checked) {
      form.querySelector("[data-clear]").click();
      box.click();
    }
    form.elements.board.value = board.dataset.board;
    form.querySelector("#to-board [data-default]").click();
  });
}

// The boards beside the wall are put in order: one is dragged before or after another, or goes up and down by Alt
// and an arrow key. Without this, the page of the boards has buttons for it.
const STEPS = { ArrowUp: "up", ArrowLeft: "up", ArrowDown: "down", ArrowRight: "down" };
const boards = () => document.querySelectorAll("#side-boards [data-board]");
const board = ({ target }) => target.closest?.("#side-boards [data-board]");
const lying = matchMedia("(width < 62rem)"); // the list is a row there
let dragged = null;

function side(event, over) {
  const box = over.getBoundingClientRect();
  const late = lying.matches ? event.clientX > box.x + box.width / 2 : event.clientY > box.y + box.height / 2;
  return late ? "after" : "before";
}

async function place(id, values) {
  const here = location.pathname + location.search;
  await htmx.ajax("POST", `/boards/${id}/place${location.search}`, { swap: "none", values: { ...values, next: here } });
  document.querySelector(`#side-boards [data-board="${id}"]`)?.focus();
}

function unmark() {
  for (const one of document.querySelectorAll("[data-drop]")) one.removeAttribute("data-drop");
}

function tell() {
  for (const one of boards()) one.setAttribute("aria-keyshortcuts", "Alt+ArrowUp Alt+ArrowDown");
}

document.addEventListener("dragstart", (event) => (dragged = board(event)?.dataset.board ?? null));
document.addEventListener("dragover", (event) => {
  const over = board(event);
  unmark();
  if (!dragged || !over || over.dataset.board === dragged) return;
  over.dataset.drop = side(event, over);
  event.dataTransfer.dropEffect = "move";
  event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const over = board(event);
  if (!dragged || !over || over.dataset.board === dragged) return;
  event.preventDefault();
  place(dragged, { beside: over.dataset.board, side: side(event, over) });
});
document.addEventListener("dragend", () => {
  dragged = null;
  unmark();
});
document.addEventListener("keydown", (event) => {
  const step = event.altKey && !event.ctrlKey && !event.metaKey && STEPS[event.key];
  if (!step || !board(event)) return;
  event.preventDefault();
  place(board(event).dataset.board, { step });
});
document.addEventListener("htmx:afterSettle", tell);
tell();

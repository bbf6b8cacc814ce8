// The boards beside the wall are put in order: one is dragged before or after another, or goes up and down by Alt
// and an arrow key. Without this, the page of the boards has buttons for it.
const STEPS = { ArrowUp: "up", ArrowLeft: "up", ArrowDown: "down", ArrowRight: "down" };
const board = ({ target }) => target.closest?.("#side-boards [data-board]");
const theirs = (one) => one && (one.dataset.by === one.parentElement.dataset.me || "any" in one.parentElement.dataset);
const own = (event) => (theirs(board(event)) ? board(event) : null);
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
  for (const one of document.querySelectorAll("#side-boards [data-board]"))
    if (theirs(one)) one.setAttribute("aria-keyshortcuts", "Alt+ArrowUp Alt+ArrowDown");
    else one.draggable = false;
}

document.addEventListener("dragstart", (event) => (dragged = own(event)?.dataset.board ?? null));
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
  if (!step || !own(event)) return;
  event.preventDefault();
  place(own(event).dataset.board, { step });
});
document.addEventListener("htmx:afterSettle", tell);
tell();

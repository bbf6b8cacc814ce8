// [data-xygrid]: one cell is in the order of Tab, arrows go from cell to cell, Home and End along the row,
// with Control to the first and last cell, Enter opens the cell's picture. Within a cell Tab goes on to
// what can be done there, Escape comes back. Tiles that news bring are taken along.
const INNER = "a, button, input";
const grid = () => document.querySelector("[data-xygrid]");

function quiet(cell, out) {
  for (const part of cell.querySelectorAll(INNER)) {
    if (out) part.tabIndex = -1;
    else part.removeAttribute("tabindex");
  }
}

function enter(cell) {
  const before = grid().querySelector('[data-cell][tabindex="0"]');
  if (before === cell) return;
  if (before) before.tabIndex = -1;
  if (before) quiet(before, true);
  cell.tabIndex = 0;
  quiet(cell, false);
}

function start() {
  const cells = grid()?.querySelectorAll("[data-cell]") ?? [];
  for (const cell of cells) quiet(cell, cell.tabIndex !== 0);
  const first = [...cells].find((cell) => cell.tabIndex === 0) ?? cells[0];
  if (first) enter(first);
}

function target(cell, key, far) {
  const rows = [...cell.closest("tbody").rows].map((row) => [...row.querySelectorAll("[data-cell]")]);
  const row = rows.findIndex((cells) => cells.includes(cell));
  const column = rows[row].indexOf(cell);
  return {
    ArrowLeft: rows[row][column - 1],
    ArrowRight: rows[row][column + 1],
    ArrowUp: rows[row - 1]?.[column],
    ArrowDown: rows[row + 1]?.[column],
    Home: (far ? rows[0] : rows[row])[0],
    End: (far ? rows.at(-1) : rows[row]).at(-1),
  }[key];
}

document.addEventListener("focusin", (event) => {
  const cell = event.target.closest?.("[data-cell]");
  if (cell) enter(cell);
});

document.addEventListener(
  "keydown",
  (event) => {
    const cell = event.target.closest?.("[data-cell]");
    if (!cell || event.metaKey || event.altKey || event.shiftKey) return;
    const own = event.target === cell;
    if (event.key === "Escape" && !own) return cell.focus();
    if (event.key === "Enter" && own) return cell.querySelector(".tile__open, button")?.click();
    if (!/^(Arrow|Home|End)/.test(event.key)) return;
    event.preventDefault();
    event.stopPropagation(); // js/tile-keys.js goes from picture to picture elsewhere
    target(cell, event.key, event.ctrlKey)?.focus();
  },
  true,
);

document.addEventListener("htmx:afterSettle", start);
document.addEventListener("htmx:oobAfterSwap", (event) => {
  const cell = event.detail.target?.closest?.("[data-cell]");
  if (cell) quiet(cell, cell.tabIndex !== 0);
});
start();

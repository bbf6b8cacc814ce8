// Tiles: arrows move from picture to picture, d downloads and r remixes the one in focus (data-key).
// Obeys <html data-keys="off">, as js/keys.js sets it.
const middle = (box) => box.left + box.width / 2;

// The nearest picture in the row above or below, by the middles of their boxes.
function acrossRows(opens, from, direction) {
  const start = from.getBoundingClientRect();
  const rows = opens
    .map((open) => ({ open, box: open.getBoundingClientRect() }))
    .filter(({ box }) => direction * (box.top - start.top) > Math.min(box.height, start.height) / 2)
    .map(({ open, box }) => ({
      open,
      far: Math.hypot(middle(box) - middle(start), 4 * (box.top - start.top)),
    }));
  return rows.sort((one, other) => one.far - other.far)[0]?.open;
}

function next(key, tile) {
  const opens = [...document.querySelectorAll(".tile__open")].filter((open) => open.checkVisibility());
  const from = tile.querySelector(".tile__open") ?? tile;
  if (key === "ArrowUp" || key === "ArrowDown") return acrossRows(opens, from, key === "ArrowDown" ? 1 : -1);
  const step = key === "ArrowRight" ? 1 : -1;
  const after = opens.filter((open) => from.compareDocumentPosition(open) & (step > 0 ? 4 : 2));
  return step > 0 ? after[0] : after.at(-1);
}

document.addEventListener("keydown", (event) => {
  const tile = event.target.closest?.(".tile");
  if (!tile || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return;
  if (document.documentElement.dataset.keys === "off") return;
  if (event.key.startsWith("Arrow")) {
    next(event.key, tile)?.focus();
    event.preventDefault();
    return;
  }
  tile.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});

// [data-zoom]: tells it (zoom:to, zoom:pan) of the wheel with Command or Control (a pinch on a trackpad), of two
// fingers, of a double click, and of dragging over its pictures ([data-port]). Places are shares of a port.
const root = document.querySelector("[data-zoom]");
const held = new Map(); // pointers that are down: id -> where

const tell = (what, detail) => root.dispatchEvent(new CustomEvent(`zoom:${what}`, { detail }));

function share(port, event) {
  const box = port.getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height, box };
}

function move(event) {
  const before = held.get(event.pointerId);
  if (!before) return;
  const { x, y, box } = share(event.currentTarget, event);
  const other = [...held.entries()].find(([id]) => id !== event.pointerId)?.[1];
  if (other) {
    const wide = (at) => Math.hypot((at.x - other.x) * box.width, (at.y - other.y) * box.height) || 1;
    tell("to", { factor: wide({ x, y }) / wide(before), x: (x + other.x) / 2, y: (y + other.y) / 2 });
  } else tell("pan", { x: before.x - x, y: before.y - y });
  held.set(event.pointerId, { x, y });
}

for (const port of root?.querySelectorAll("[data-port]") ?? []) {
  port.addEventListener("pointerdown", (event) => {
    held.set(event.pointerId, share(port, event));
    if (port.hasAttribute("data-zoomed")) port.setPointerCapture(event.pointerId);
  });
  port.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
    port.addEventListener(name, (event) => held.delete(event.pointerId));
  }
  port.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    tell("to", { factor: 1.002 ** -event.deltaY, ...share(port, event) });
  }, { passive: false });
  port.addEventListener("dblclick", (event) => tell("to", share(port, event)));
}

// [data-zoom]: one zoom for all pictures ([data-port] > … img) inside: buttons, + - 0 and arrows, the wheel with
// Command or Control (a pinch on a trackpad), two fingers, a double click; dragged while it is larger.
const MOST = 8;
const STEP = 1.5;
const root = document.querySelector("[data-zoom]");
const buttons = document.querySelector("[data-zoom-buttons]");
const ports = [...(root?.querySelectorAll("[data-port]") ?? [])];
const held = new Map(); // pointers that are down: id -> where
const now = { scale: 1, x: 0, y: 0 }; // x and y: shares of the picture that lie left of and above the port

const within = (value, most) => Math.min(Math.max(value, 0), most);

function draw() {
  now.x = within(now.x, 1 - 1 / now.scale);
  now.y = within(now.y, 1 - 1 / now.scale);
  const moved = `scale(${now.scale}) translate(${-100 * now.x}%, ${-100 * now.y}%)`;
  for (const port of ports) {
    port.toggleAttribute("data-zoomed", now.scale > 1);
    for (const image of port.querySelectorAll("img")) image.style.transform = moved;
  }
  buttons.querySelector("[data-zoom-says]").textContent = `${Math.round(100 * now.scale)} %`;
}

// Zoom so that the point (shares of the port) stays where it is.
function zoom(scale, x = 0.5, y = 0.5) {
  const next = Math.min(Math.max(scale, 1), MOST);
  now.x += x / now.scale - x / next;
  now.y += y / now.scale - y / next;
  now.scale = next;
  draw();
}

const turn = (by, x, y) => zoom(by === 0 ? 1 : now.scale * STEP ** by, x, y);

function share(port, event) {
  const box = port.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, box];
}

function move(event) {
  const before = held.get(event.pointerId);
  if (!before) return;
  const [x, y, box] = share(event.currentTarget, event);
  const other = [...held.entries()].find(([id]) => id !== event.pointerId)?.[1];
  if (other) {
    const wide = (at) => Math.hypot((at.x - other.x) * box.width, (at.y - other.y) * box.height) || 1;
    zoom((now.scale * wide({ x, y })) / wide(before), (x + other.x) / 2, (y + other.y) / 2);
  } else if (now.scale > 1) {
    now.x -= (x - before.x) / now.scale;
    now.y -= (y - before.y) / now.scale;
    draw();
  }
  held.set(event.pointerId, { x, y });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function press(event) {
  const by = { "+": 1, "=": 1, "-": -1, 0: 0 }[event.key];
  if (by !== undefined) turn(by);
  else if (event.key in ARROWS && now.scale > 1) {
    now.x += (ARROWS[event.key][0] * 0.1) / now.scale;
    now.y += (ARROWS[event.key][1] * 0.1) / now.scale;
    draw();
  } else return;
  event.preventDefault();
}

for (const port of ports) {
  port.addEventListener("pointerdown", (event) => {
    const [x, y] = share(port, event);
    held.set(event.pointerId, { x, y });
    if (now.scale > 1) port.setPointerCapture(event.pointerId);
  });
  port.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
    port.addEventListener(name, (event) => held.delete(event.pointerId));
  }
  port.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(now.scale * 1.002 ** -event.deltaY, ...share(port, event));
  }, { passive: false });
  port.addEventListener("dblclick", (event) => turn(now.scale > 1 ? 0 : 2, ...share(port, event)));
  port.addEventListener("keydown", (event) => {
    if (!event.metaKey && !event.ctrlKey && !event.altKey) press(event);
  });
}
if (buttons) buttons.hidden = ports.length === 0;
buttons?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom-by]");
  if (button) turn(Number(button.dataset.zoomBy));
});

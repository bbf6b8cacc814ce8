// [data-zoom]: one zoom for all pictures ([data-port] > … img) inside: by buttons, by + - 0 anywhere on the page and
// arrows on a picture, and by zoom:to and zoom:pan, which compare-gestures.js sends it.
const MOST = 8;
const STEP = 1.5;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const root = document.querySelector("[data-zoom]");
const buttons = document.querySelector("[data-zoom-buttons]");
const ports = [...(root?.querySelectorAll("[data-port]") ?? [])];
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

function pan(x, y) {
  if (now.scale === 1) return;
  now.x += x / now.scale;
  now.y += y / now.scale;
  draw();
}

const turn = (by, x, y) => zoom(by === 0 ? 1 : now.scale * STEP ** by, x, y);

root?.addEventListener("zoom:to", ({ detail: { factor, x, y } }) => {
  if (factor) zoom(now.scale * factor, x, y);
  else turn(now.scale > 1 ? 0 : 2, x, y);
});
root?.addEventListener("zoom:pan", ({ detail: { x, y } }) => pan(x, y));
document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || !ports.length) return;
  const port = event.target.closest("[data-port]");
  const typing = event.target.closest("input:not([type=checkbox], [type=radio], [type=range]), textarea, select");
  if (!port && (typing || document.documentElement.dataset.keys === "off")) return;
  const by = { "+": 1, "=": 1, "-": -1, 0: 0 }[event.key];
  if (by !== undefined) turn(by);
  else if (port && event.key in ARROWS && now.scale > 1) pan(...ARROWS[event.key].map((way) => 0.1 * way));
  else return;
  event.preventDefault();
});
if (buttons) buttons.hidden = ports.length === 0;
buttons?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom-by]");
  if (button) turn(Number(button.dataset.zoomBy));
});

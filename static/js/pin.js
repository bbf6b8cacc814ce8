// [data-pin]: puts a pin on the picture by a click, or by the arrow keys and Enter; Escape takes it away.
// The place goes into the form's two numbers, 0 to 1 of the picture, which can be typed as well.
const STEP = 0.01;
const SVG = "http://www.w3.org/2000/svg";
const form = () => document.querySelector("[data-say-form]");
const field = (name) => form()?.elements[name];
const frame = () => document.querySelector("[data-pinned]");
const place = () => ["x", "y"].map((name) => Number.parseFloat(field(name)?.value));
const within = (number) => Math.min(1, Math.max(0, Math.round(number * 10000) / 10000));

function draw() {
  frame()?.querySelector(".pin--new")?.remove();
  const [x, y] = place();
  if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) return;
  const pin = document.createElementNS(SVG, "svg");
  for (const [name, value] of [["class", "pin pin--new"], ["x", `${100 * x}%`], ["y", `${100 * y}%`], ["overflow", "visible"]])
    pin.setAttribute(name, value);
  const circle = document.createElementNS(SVG, "circle");
  circle.setAttribute("r", "12");
  pin.append(circle);
  frame().querySelector(".pins").append(pin);
}

function put(x, y) {
  [field("x").value, field("y").value] = [within(x), within(y)];
  draw();
  const said = `${Math.round(100 * within(x))} % from the left, ${Math.round(100 * within(y))} % from the top`;
  document.dispatchEvent(new CustomEvent("studio:say", { detail: said }));
}

function begin() {
  frame().setAttribute("data-placing", "");
  frame().tabIndex = 0;
  frame().setAttribute("role", "application");
  frame().setAttribute("aria-label", "Place the pin by the arrow keys, then Enter");
  if (Number.isNaN(place()[0])) put(0.5, 0.5);
  frame().focus();
}

function end(keep) {
  for (const name of ["data-placing", "tabindex", "role", "aria-label"]) frame().removeAttribute(name);
  if (!keep) [field("x").value, field("y").value] = ["", ""];
  draw();
  (keep ? field("text") : document.querySelector("[data-pin]")).focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-pin]")) return begin();
  if (!frame()?.hasAttribute("data-placing") || !frame().contains(event.target)) return;
  const box = frame().getBoundingClientRect();
  put((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  end(true);
});
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-placing]")) return;
  const by = event.shiftKey ? 5 * STEP : STEP;
  const move = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[event.key];
  if (move) put(place()[0] + move[0], place()[1] + move[1]);
  else if (event.key === "Enter" || event.key === "Escape") end(event.key === "Enter");
  else return;
  event.preventDefault();
});
document.addEventListener("input", ({ target }) => target.closest("[data-spot]") && draw());
const meet = () => (draw(), document.querySelector("[data-pin]")?.removeAttribute("hidden"));
document.addEventListener("htmx:afterSettle", () => frame() && meet());
meet();

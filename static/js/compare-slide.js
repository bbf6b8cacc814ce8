// [data-slider]: the range moves the line between two pictures; so does a drag on them while they are whole.
for (const form of document.querySelectorAll("[data-slider]")) {
  const range = form.querySelector("input[type=range]");
  const port = form.querySelector("[data-port]");
  range.step = "1"; // in tenths only where the server has to draw it

  const show = () => port.style.setProperty("--at", range.value);
  const follow = (event) => {
    if (!event.isPrimary || port.hasAttribute("data-zoomed")) return;
    const box = port.getBoundingClientRect();
    range.value = (100 * (event.clientX - box.left)) / box.width;
    show();
  };

  range.addEventListener("input", show);
  port.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    port.dataset.sliding = "";
    if (!port.hasAttribute("data-zoomed")) port.setPointerCapture(event.pointerId);
    follow(event);
  });
  port.addEventListener("pointermove", (event) => {
    if ("sliding" in port.dataset) follow(event);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    port.addEventListener(name, () => delete port.dataset.sliding);
  }
  form.addEventListener("submit", (event) => event.preventDefault());
}

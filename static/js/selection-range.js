// #selection: many ticked at once: from one tick to another by Shift, on to the next tile by Shift and an arrow,
// the whole page by its button or by Control and A. Obeys <html data-keys="off">.
const form = document.getElementById("selection");
const boxes = () => [...document.querySelectorAll("[data-tick]")].filter((box) => box.form === form);
let last = null;
let shift = false;

function tick(those, on) {
  form.dispatchEvent(new CustomEvent("selection:tick", { detail: { boxes: those, on } }));
}

function range(from, to, on) {
  const those = boxes();
  const [start, end] = [those.indexOf(from), those.indexOf(to)].sort((one, other) => one - other);
  if (start >= 0) tick(those.slice(start, end + 1), on);
}

function changed(box) {
  if (shift && last?.isConnected) range(last, box, box.checked);
  last = box;
}

// From the tile in focus to the next, both ticked.
function extend(event) {
  const box = event.target.closest(".tile")?.querySelector("[data-tick]");
  const those = boxes();
  const next = those[those.indexOf(box) + (/Right|Down/.test(event.key) ? 1 : -1)];
  if (!box || !next) return;
  last ??= box;
  range(last, next, true);
  next.closest(".tile").querySelector(".tile__open").focus();
  event.preventDefault();
}

function keys(event) {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
  if (typing || event.altKey || document.documentElement.dataset.keys === "off") return;
  if (!event.target.closest("#grid") || document.querySelector("dialog:modal")) return;
  const command = event.metaKey || event.ctrlKey;
  if (command && event.key === "a") {
    tick(boxes(), true);
    event.preventDefault();
  } else if (!command && event.shiftKey && event.key.startsWith("Arrow")) extend(event);
}

if (form) {
  const whole = form.querySelector("[data-page]");
  whole.hidden = false;
  whole.addEventListener("click", () => tick(boxes(), true));
  for (const name of ["pointerdown", "keydown"]) {
    document.addEventListener(name, (event) => (shift = event.shiftKey), true);
  }
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-tick]") && target.form === form) changed(target);
  });
  form.addEventListener("selection:clear", () => (last = null));
  document.addEventListener("keydown", keys);
}

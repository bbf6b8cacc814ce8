// Single-key shortcuts anywhere: / search, n new prompt, j the newest run or image, g then e q g l c t, ? the list.
// Never in a field or with a modifier, and off when the person says so (WCAG 2.1.4): <html data-keys="off">.
// Command or Control with Enter starts the run from anywhere in the composer: no single key, so always on.
const ROOMS = { e: "explore", q: "queue", g: "gallery", l: "library", c: "credits", t: "team", h: "history" };
const STORE = "single-keys";
const root = document.documentElement;
let going = false;

try {
  if (localStorage.getItem(STORE) === "off") root.dataset.keys = "off";
} catch {
  // storage may be shut off; the keys stay on for this page
}

const inField = (element) =>
  element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function focusFirst(selector) {
  const found = [...document.querySelectorAll(selector)].find((element) => element.checkVisibility());
  found?.focus();
  return Boolean(found);
}

function visit(room) {
  const link = document.querySelector(`[data-room="${room}"]`);
  link?.click();
  return Boolean(link);
}

function press(key) {
  if (going) {
    going = false;
    return key in ROOMS && visit(ROOMS[key]);
  }
  if (key === "/") return focusFirst("[data-search]");
  if (key === "n") return focusFirst("[data-prompt]") || visit("explore");
  if (key === "?") return document.getElementById("keys")?.showModal() ?? true;
  if (key === "g") {
    going = true;
    setTimeout(() => (going = false), 1500);
  }
  // the page of one image is itself the picture in focus: j, k, d and r work anywhere on it
  const button = document.querySelector(`.viewer [data-key="${CSS.escape(key)}"]`);
  button?.click();
  return Boolean(button) || (key === "j" && focusFirst(".run__link, .tile__open, [data-cell]"));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.repeat) return;
  if (event.metaKey || event.ctrlKey) {
    const lost = event.target === document.body; // nothing has the focus: a page that was just loaded
    const from = lost ? document.querySelector("[data-composer]") : event.target;
    if (event.key === "Enter") from?.closest("[data-composer]")?.requestSubmit();
    return;
  }
  if (root.dataset.keys === "off" || inField(event.target) || document.querySelector("dialog:modal")) return;
  if (press(event.key.toLowerCase())) event.preventDefault();
});

const box = document.querySelector("[data-keys-switch]");
if (box) box.checked = root.dataset.keys !== "off";
box?.addEventListener("change", () => {
  root.dataset.keys = box.checked ? "on" : "off";
  try {
    localStorage.setItem(STORE, root.dataset.keys);
  } catch {
    // the choice lasts for this page
  }
});

// The page of an image, while the next one comes in two answers: a key that is pressed before its buttons are
// there is kept for them, and pressed when the second answer has brought them. Another step forgets it.
let early = null;

const open = () => document.querySelector("#details[aria-busy]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.key.length > 1 || !open()) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  early = event.key;
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "details" || open()) return;
  const key = early;
  early = null;
  if (key) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target?.id === "main") early = null;
});

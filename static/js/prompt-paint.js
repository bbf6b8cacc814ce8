// [data-prompt]: paints each {a|b} behind the text of a prompt, and counts its characters.
// The textarea stays a textarea; the paint is a layer under it ([data-paint] in the same .prompt).
function pieces(text) {
  return text.split(/(\{[^{}]*\})/).map((piece, index) => {
    if (index % 2 === 0) return document.createTextNode(piece);
    return Object.assign(document.createElement("mark"), { textContent: piece });
  });
}

function paint(prompt) {
  const box = prompt.closest(".prompt");
  box?.querySelector("[data-paint]")?.replaceChildren(...pieces(prompt.value), "\n");
  const count = box?.querySelector("[data-chars]");
  if (count) count.textContent = `${prompt.value.length.toLocaleString("en")} / ${count.dataset.chars}`;
}

function paintAll() {
  document.querySelectorAll("[data-prompt]").forEach(paint);
}

paintAll();
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-prompt]")) paint(event.target);
});
document.addEventListener("htmx:afterSettle", paintAll);
document.addEventListener(
  "scroll",
  ({ target }) => {
    if (!target.matches?.("[data-prompt]")) return;
    target.closest(".prompt")?.querySelector("[data-paint]")?.scrollTo(0, target.scrollTop);
  },
  true, // scroll does not bubble
);

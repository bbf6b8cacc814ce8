// [data-prompt]: counts its characters in [data-chars] of the same .prompt, and keeps its paint scrolled as it is.
function count(prompt) {
  const box = prompt.closest(".prompt")?.querySelector("[data-chars]");
  if (box) box.textContent = `${prompt.value.length.toLocaleString("en")} / ${box.dataset.chars}`;
}

const countAll = () => document.querySelectorAll("[data-prompt]").forEach(count);

countAll();
document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-prompt]")) count(target);
});
document.addEventListener("htmx:afterSettle", countAll);
document.addEventListener(
  "scroll",
  ({ target }) => {
    if (!target.matches?.("[data-prompt]")) return;
    target.closest(".prompt")?.querySelector("[data-paint]")?.scrollTo(0, target.scrollTop);
  },
  true, // scroll does not bubble
);

// [data-copy="#id"]: copies the text of another element; shown only where copying works.
const SHOWN = 2000;

function show(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
}

show(document);
document.addEventListener("htmx:afterSettle", (event) => show(event.target));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
  const word = button.querySelector("[data-copied]");
  const before = word.textContent;
  word.textContent = word.dataset.copied;
  document.dispatchEvent(new CustomEvent("studio:say", { detail: word.dataset.copied }));
  setTimeout(() => (word.textContent = before), SHOWN);
});

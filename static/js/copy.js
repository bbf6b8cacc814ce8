// [data-copy="#id"]: copies the text of another element; shown only where copying works.
const SHOWN = 2000;

function show(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
}

show(document);
document.addEventListener("htmx:afterSettle", (event) => show(event.target));

async function copied(selector) {
  try {
    await navigator.clipboard.writeText(document.querySelector(selector).textContent.trim());
    return true;
  } catch {
    return false; // the browser, or the person, did not allow it
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const word = button.querySelector("[data-copied]");
  word.dataset.before ??= word.textContent; // pressed again while it says so, it must not stay
  word.textContent = (await copied(button.dataset.copy)) ? word.dataset.copied : "Not copied";
  document.dispatchEvent(new CustomEvent("studio:say", { detail: word.textContent }));
  setTimeout(() => (word.textContent = word.dataset.before), SHOWN);
});

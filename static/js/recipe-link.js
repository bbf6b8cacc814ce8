// [data-recipe-link]: a button of the composer that copies the link to what is written in it.
// a[data-copy-link]: a link that is copied when it is pressed. Where copying is not allowed, it is opened.
const SHOWN = 2000;

function say(element, told) {
  const word = element.querySelector("[data-copied]");
  word.dataset.before ??= word.textContent;
  word.textContent = told;
  document.dispatchEvent(new CustomEvent("studio:say", { detail: told }));
  setTimeout(() => (word.textContent = word.dataset.before), SHOWN);
}

async function copy(element, address) {
  try {
    await navigator.clipboard.writeText(address);
    say(element, element.querySelector("[data-copied]").dataset.copied);
  } catch {
    location.assign(address);
  }
}

async function linkOf(button) {
  const answer = await fetch(button.formAction, { method: "POST", body: new FormData(button.form) });
  return new URL(answer.url); // the address that the studio led to: the link itself
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copy-link]");
  const button = event.target.closest("[data-recipe-link]");
  if (event.ctrlKey || event.metaKey || event.shiftKey || !(link ?? button)) return;
  event.preventDefault();
  if (link) return copy(link, link.href);
  const address = await linkOf(button);
  if (address.search) copy(button, address.href);
  else say(button, "Too long for a link");
});

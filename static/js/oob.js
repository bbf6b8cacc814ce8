// News may speak of what this page does not show (a run begun in another tab): leave those parts out
// before htmx looks for their places. A plain part of the answer is never touched.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target?.id !== "pulse" || xhr.status === 204) return;
  const answer = document.createElement("template");
  answer.innerHTML = event.detail.serverResponse;
  for (const part of answer.content.querySelectorAll("[hx-swap-oob][id]")) {
    if (!document.getElementById(part.id)) part.remove();
  }
  event.detail.serverResponse = answer.innerHTML;
});

// The page of an image: asks what is new about it while the page is seen, and tells when it is gone; keeps the
// focus where a part was drawn anew, sends words by Control and Enter, and turns the one form into a reply.
const EVERY = 3000;
const MOST = 3; // failures in a row: then the page falls silent until it is seen again
const part = (element) => element?.closest?.(".standing, .thread, .say");
let failures = 0;
let last = "";

const poller = () => document.getElementById("judged");
const ask = () => {
  if (!document.hidden && failures < MOST && poller()) htmx.trigger(poller(), "judged:ask");
};

function leave() {
  const line = document.getElementById("gone");
  line.hidden = false;
  document.dispatchEvent(new CustomEvent("studio:say", { detail: line.textContent }));
  poller().remove();
}

setInterval(ask, EVERY);
document.addEventListener("visibilitychange", () => {
  failures = 0;
  ask();
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt?.id !== "judged") return;
  failures = detail.successful ? 0 : failures + 1;
  if (detail.xhr.status === 404) leave();
});

document.addEventListener("focusin", ({ target }) => (last = part(target)?.id ?? ""));
document.addEventListener("htmx:afterSettle", () => {
  if (!last || document.activeElement !== document.body) return;
  const again = document.getElementById(last);
  (again?.querySelector("textarea") ?? again)?.focus({ preventScroll: true });
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-say-form]");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

function answer(form, to, name) {
  form.querySelector("[data-parent]").value = to;
  form.querySelector("[data-answered]").textContent = name;
  form.querySelector("[data-answering]").hidden = !to;
  form.querySelector("textarea").focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-answer], [data-answer-none]");
  const form = document.querySelector("[data-say-form]");
  if (!link || !form?.querySelector("[data-parent]")) return;
  event.preventDefault();
  answer(form, link.dataset.answer ?? "", link.dataset.name ?? "");
});

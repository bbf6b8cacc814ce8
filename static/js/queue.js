// [data-queue]: the list of jobs. It is asked for again when the page's poller brought news, or when what
// it shows of others is old, but not while somebody is in one of its menus or fields, or the tab is hidden.
// It asks by itself only where the poller is silent: a page has one. And the bar shows how many are ticked.
const OLD = 10000;
let drawn = Date.now();
const list = () => document.querySelector("[data-queue]");
const polled = () => document.getElementById("pulse")?.dataset.live;

function busy(queue) {
  return document.hidden || queue.querySelector(":popover-open") || queue.contains(document.activeElement?.closest("select, [name=reason]"));
}

function count() {
  const queue = list();
  if (!queue) return;
  const ticked = queue.querySelectorAll("[name=job]:checked").length;
  queue.querySelector("#jobs")?.toggleAttribute("data-selected", ticked > 0);
  const said = queue.querySelector("[data-ticked]");
  if (said && ticked) said.textContent = `${ticked} ticked`;
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-queue] [name=job]")) count();
});
document.addEventListener("htmx:afterSettle", count);

document.addEventListener("htmx:beforeRequest", (event) => {
  const queue = list();
  if (!queue || event.detail.elt !== queue) return;
  const byItself = !event.detail.requestConfig.triggeringEvent;
  if (busy(queue) || (byItself && polled())) event.preventDefault();
  else drawn = Date.now();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr, successful } = event.detail;
  if (elt?.id !== "pulse" || !successful) return;
  if (xhr.status === 204 && Date.now() - drawn < OLD) return;
  if (list()) htmx.trigger(list(), "queue:ask");
});

// a pause that was ended in the banner changes the list too
document.addEventListener("queue:ask", (event) => {
  if (list() && event.target !== list()) htmx.trigger(list(), "queue:ask");
});

// choosing a member needs no button where there is script
document.addEventListener("change", (event) => {
  if (event.target.id === "queue-member") event.target.form.requestSubmit();
});
count();

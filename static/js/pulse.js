// #pulse and other pollers: silent in a hidden tab, asked once on return, patient with errors.
// An answer carries the next poller. One that brought nothing (204) or failed leaves the old one,
// which is asked again from here; after three failures in a row a note offers "Try again".
const WAIT = 8000;
const MOST = 3;
let failures = 0;
let timer = 0;

const poller = () => document.getElementById("pulse");
const isPoller = (element) => element?.matches?.("#pulse, #meter");
const ask = () => {
  clearTimeout(timer);
  const element = poller();
  if (element && globalThis.htmx) htmx.trigger(element, "pulse:ask");
};

function note(shown) {
  const note = document.querySelector("[data-pulse-note]");
  if (note) note.hidden = !shown;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && isPoller(event.detail.elt)) event.preventDefault();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) ask();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt?.id !== "pulse") return;
  if (event.detail.successful) {
    failures = 0;
    note(false);
    // nothing new: the same poller stays, and asks again at its own pace
    if (event.detail.xhr.status === 204) timer = setTimeout(ask, 1000 * (event.detail.elt.dataset.pace || 2));
    return;
  }
  failures += 1;
  if (failures >= MOST) note(true);
  else timer = setTimeout(ask, WAIT);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-pulse-again]")) return;
  failures = 0;
  note(false);
  ask();
});

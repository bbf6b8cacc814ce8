// #pulse and other pollers (data-rests): silent in a hidden tab, asked once on return, patient with errors.
// An answer carries the next poller. One that brought nothing (204) leaves the old one, which is asked
// again from here when the answer said; one that failed, after a while. After three failures in a row a
// note offers "Try again", and where it is the studio that is away, it is asked on slowly. A question may be held for long: a tab that hides lets go of its own, unless its person wants to be told there (js/notice-switches.js).
const WAIT = 8000;
const LONG_WAIT = 30000;
const SOONEST = 2000; // between two questions that were answered with nothing
const MOST = 3;
let failures = 0;
let timer = 0;
let asked = 0;
let dropped = false;

const poller = () => document.getElementById("pulse");
const rests = () => document.hidden && !("told" in document.documentElement.dataset);
const ask = () => {
  clearTimeout(timer);
  const element = poller();
  if (element && globalThis.htmx) htmx.trigger(element, "pulse:ask");
};

function note(shown) {
  document.querySelector("[data-pulse-note]")?.toggleAttribute("hidden", !shown);
}

function again(xhr) {
  const wait = 1000 * Number(xhr.getResponseHeader("Studio-Ask-Again") ?? 2);
  timer = setTimeout(ask, Math.max(wait, asked + SOONEST - Date.now(), 0));
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const asks = (which) => event.detail.elt?.matches?.(which);
  if ((rests() && asks("#pulse, #meter")) || (document.hidden && asks("[data-rests]"))) event.preventDefault();
  else if (event.detail.elt?.id === "pulse") {
    clearTimeout(timer);
    dropped = false;
    asked = Date.now();
  }
});

// before htmx itself hears it: a question that a newer one replaced, or that was let go of, did not fail
document.addEventListener("htmx:abort", (event) => (dropped ||= event.target.id === "pulse"), true);

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return ask();
  if (!rests()) return;
  clearTimeout(timer);
  if (poller()) htmx.trigger(poller(), "htmx:abort");
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt?.id !== "pulse" || dropped) return;
  if (detail.successful) {
    failures = 0;
    note(false);
    if (detail.xhr.status === 204) again(detail.xhr);
    return;
  }
  failures += 1;
  if (failures >= MOST) note(true);
  const away = detail.xhr.status === 0 || detail.xhr.status >= 500;
  if (failures < MOST || away) timer = setTimeout(ask, failures < MOST ? WAIT : LONG_WAIT);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-pulse-again]")) return;
  failures = 0;
  note(false);
  ask();
});

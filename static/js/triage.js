// [data-triage]: image after image. The next ones are brought, and their pictures loaded, before their turn.
// Others move it by the events triage:step (by how many) and triage:show (which card).
const AHEAD = 4; // pictures loaded before their turn
const root = document.querySelector("[data-triage]");
const end = root.querySelector("[data-end]");
let waiting = 0; // steps that were asked for before the next ones came

const cards = () => [...root.querySelectorAll("[data-judge]")];
const shown = () => cards().findIndex((one) => !one.hidden);
const more = () => root.querySelector("[data-more]");

function prepare() {
  const at = shown();
  if (at < 0) return;
  const next = cards().slice(at + 1);
  for (const one of next.slice(0, AHEAD)) one.querySelector("img").loading = "eager";
  if (next.length < 2 * AHEAD && more() && !more().matches(".htmx-request")) htmx.trigger(more(), "deck:more");
}

function show(card) {
  for (const one of cards()) one.hidden = one !== card;
  end.hidden = Boolean(card);
  if (card) history.replaceState(null, "", card.dataset.here);
  (card ?? end).focus({ preventScroll: true });
  prepare();
}

function step(by) {
  const all = cards();
  const at = shown();
  const to = all[(at < 0 ? all.length : at) + by];
  if (to) return show(to);
  const link = root.querySelector('[data-step="-1"]');
  if (by < 0 && link.href) location.assign(link.href);
  else if (by > 0 && more()) waiting += 1;
  else if (by > 0 && at >= 0) show(null);
}

document.addEventListener("triage:step", ({ detail }) => step(detail));
document.addEventListener("triage:show", ({ detail }) => show(detail));
document.addEventListener("htmx:afterSettle", () => {
  const steps = waiting;
  waiting = 0;
  for (let done = 0; done < steps; done += 1) step(1);
  prepare();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-step]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  step(Number(link.dataset.step));
});

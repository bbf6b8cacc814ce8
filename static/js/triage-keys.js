// [data-triage]: 1 to 5 rate, p picks, x rejects, u undoes, c comments, arrows move. What is decided is sent
// behind one's back, and a refusal is told and led back to. Obeys <html data-keys="off">.
const root = document.querySelector("[data-triage]");
const unsaved = root.querySelector("[data-unsaved]");
const judged = new Set();
const deeds = [];
let refused;

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const now = () => root.querySelector("[data-judge]:not([hidden])");

function press(card, selector, deed) {
  deeds.push({ card, ...deed });
  card.querySelector(selector).click();
  judged.add(card.id);
  root.querySelector("[data-judged]").textContent = `${judged.size} judged`;
}

function decide(selector) {
  if (!now()?.querySelector(selector)) return tell("studio:say", "You cannot decide that about this image.");
  press(now(), selector, {});
  tell("triage:step", 1);
}

function rate(stars) {
  const former = now()?.querySelector('.rate [aria-pressed="true"]')?.dataset.key;
  if (now() && former !== stars) press(now(), `.rate [data-key="${stars}"]`, { stars: former ?? "0" });
}

function undo() {
  const deed = deeds.pop();
  if (!deed) return tell("studio:say", "There is nothing to undo.");
  tell("triage:show", deed.card);
  const rated = deed.stars === "0" ? '.rate [aria-pressed="true"]' : `.rate [data-key="${deed.stars}"]`;
  const act = () => {
    if (deed.card.querySelector("form.htmx-request")) return setTimeout(act, 30);
    deed.card.querySelector(deed.stars ? rated : '[data-key="u"]')?.click();
  };
  act();
}

const KEYS = { p: () => decide("[data-pick]"), u: undo, c: () => now()?.querySelector("textarea").focus() };
for (const [key, by] of [["ArrowLeft", -1], ["ArrowRight", 1]]) KEYS[key] = () => tell("triage:step", by);
for (const stars of "12345") KEYS[stars] = () => rate(stars);
for (const key of "awfx") KEYS[key] = () => decide(`.decide [data-key="${key}"]`);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("[data-judge] textarea")) return now()?.focus();
  if (event.metaKey || event.ctrlKey || event.altKey || event.target.matches("input, textarea")) return;
  const act = document.documentElement.dataset.keys !== "off" && KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const card = detail.elt.closest?.("[data-judge]") ?? detail.target?.closest?.("[data-judge]");
  if (!card || detail.successful) return;
  refused = card;
  unsaved.hidden = card === now() && detail.xhr.status === 422; // then it is told in its own place
  const said = document.createElement("template");
  said.innerHTML = detail.xhr.status === 422 ? detail.xhr.responseText : "";
  const why = said.content.querySelector(".note p")?.textContent ?? "The studio did not take it.";
  unsaved.querySelector("[data-why]").textContent = `${card.ariaLabel.slice(0, 60)}: ${why}`;
});
unsaved.querySelector("[data-look]").addEventListener("click", () => {
  unsaved.hidden = true;
  tell("triage:show", refused);
});

// p[data-live]: the page's one polite voice. At most one message in 5 s; only the newest waits.
// Say something by  <p data-say="4 of 6 done">  in a swapped fragment, or by the event "studio:say".
const PAUSE = 5000;
const region = document.querySelector("p[data-live]");
let waiting = "";
let free = true;
let said = "";

function speak() {
  if (!waiting || !region) return;
  region.textContent = said = waiting;
  waiting = "";
  free = false;
  setTimeout(() => {
    free = true;
    speak();
  }, PAUSE);
}

function say(text) {
  if (!text || text === said) return;
  waiting = text;
  if (free) speak();
}

document.addEventListener("studio:say", (event) => say(event.detail));

// What was swapped in speaks for itself; a poll that repeats itself is not said twice.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const part = target.matches("[data-say]") ? target : target.querySelector("[data-say]");
  say(part?.dataset.say);
});

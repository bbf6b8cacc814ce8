// [data-flick]: 1 to 4 show a picture, the space bar the next one, and the button goes round by itself.
// Obeys <html data-keys="off">, as js/keys.js sets it. Two a second at the most: WCAG 2.3.1 allows three.
const EVERY = 700;

for (const field of document.querySelectorAll("[data-flick]")) {
  const choices = [...field.querySelectorAll("input[type=radio]")];
  const button = field.querySelector("[data-flick-play]");
  let timer = 0;

  const next = () => {
    const at = choices.findIndex((choice) => choice.checked);
    choices[(at + 1) % choices.length].checked = true;
  };
  const play = (on) => {
    clearInterval(timer);
    timer = on ? setInterval(next, EVERY) : 0;
    button.setAttribute("aria-pressed", String(on));
    button.querySelector("span").textContent = on ? "Stop" : "Flicker by itself";
  };

  button.hidden = false;
  button.addEventListener("click", () => play(timer === 0));
  field.addEventListener("change", () => play(false));
  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || document.documentElement.dataset.keys === "off") return;
    if (event.target.closest("textarea, select, input:not([type=radio])")) return;
    const chosen = choices[Number(event.key) - 1];
    if (event.key === " " && !event.target.closest("button, a, summary")) next();
    else if (chosen) chosen.checked = true;
    else return;
    play(false);
    event.preventDefault();
  });
}

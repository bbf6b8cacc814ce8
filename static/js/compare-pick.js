// form#compare: the bar of the images ticked to be compared. They are kept for this tab, so that those of several
// pages come together; a tick of more than four is taken back. T compares what is ticked.
const MOST = 4;
const STORE = "compare";
const form = document.querySelector("form#compare");
const boxes = () => [...document.querySelectorAll("[data-tick]")];

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? [];
  } catch {
    return []; // storage may be shut off, or hold what is not ours: this page's ticks still count
  }
}

let chosen = read();

function keep() {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(chosen));
  } catch {
    // the choice lasts for this page
  }
}

function draw() {
  const there = new Set(boxes().map((box) => box.value));
  for (const box of boxes()) box.checked = chosen.includes(box.value);
  form.querySelectorAll("[data-elsewhere]").forEach((input) => input.remove());
  for (const value of chosen.filter((one) => !there.has(one))) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: "image", value });
    input.dataset.elsewhere = "";
    form.append(input);
  }
  form.querySelector("[data-count]").textContent = `${chosen.length} to compare`;
  form.querySelector("[data-go]").textContent = chosen.length === 1 ? "Choose more" : "Compare";
  form.parentElement.toggleAttribute("data-selected", chosen.length > 0);
}

function tick(box) {
  chosen = chosen.filter((one) => one !== box.value);
  if (box.checked && chosen.length === MOST) {
    document.dispatchEvent(new CustomEvent("studio:say", { detail: "Four images can be compared at once." }));
  } else if (box.checked) chosen.push(box.value);
  keep();
  draw();
}

if (form) {
  document.addEventListener("change", (event) => event.target.matches("[data-tick]") && tick(event.target));
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-clear]")) return;
    chosen = [];
    keep();
    draw();
  });
  document.addEventListener("htmx:afterSettle", draw); // tiles that came by a swap
  addEventListener("pageshow", () => {
    chosen = read();
    draw();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "t" || event.metaKey || event.ctrlKey || event.altKey) return;
    const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
    if (typing || document.documentElement.dataset.keys === "off" || chosen.length < 2) return;
    form.requestSubmit();
  });
  draw();
}

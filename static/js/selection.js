// #selection: the bar of the images ticked. They are kept for this tab under the page's address, so that they are
// there on the way back. Others change it by the events selection:tick ({ boxes, on }) and selection:clear, and
// hear of what is chosen by selection:drawn.
const form = document.getElementById("selection");
const STORE = `selection:${form?.dataset.selection ?? ""}`;
const boxes = () => [...document.querySelectorAll("[data-tick]")].filter((box) => box.form === form);
const all = () => form.querySelector("[data-all]");
let chosen = new Set();

function read() {
  try {
    chosen = new Set(JSON.parse(sessionStorage.getItem(STORE)) ?? []);
  } catch {
    chosen = new Set(); // storage may be shut off: the ticks of this page still count
  }
}

// A card that stands for a folded run says for how many: “id*9”.
const count = () => [...chosen].reduce((sum, one) => sum + Number(one.split("*")[1] ?? 1), 0);

function keep() {
  try {
    if (chosen.size) sessionStorage.setItem(STORE, JSON.stringify([...chosen]));
    else sessionStorage.removeItem(STORE);
  } catch {
    // they last for this page
  }
}

function draw() {
  for (const box of boxes()) box.checked = all().checked || chosen.has(box.value);
  const said = all().checked ? all().dataset.said : `${count()} selected`;
  const line = form.querySelector("[data-count]");
  if (line.textContent !== said) line.textContent = said;
  const some = form.toggleAttribute("data-selected", all().checked || chosen.size > 0);
  document.getElementById("grid")?.toggleAttribute("data-selecting", some);
  form.dispatchEvent(new CustomEvent("selection:drawn", { detail: chosen }));
}

function tick({ boxes: those, on }) {
  all().checked = false;
  for (const box of those) on ? chosen.add(box.value) : chosen.delete(box.value);
  keep();
  draw();
}

function clear() {
  chosen.clear();
  tick({ boxes: [], on: false });
}

if (form) {
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-tick]") && target.form === form) tick({ boxes: [target], on: target.checked });
    else if (target === all()) draw();
  });
  form.addEventListener("click", (event) => event.target.closest("[data-clear]") && form.dispatchEvent(new Event("selection:clear")));
  form.addEventListener("selection:tick", ({ detail }) => tick(detail));
  form.addEventListener("selection:clear", clear);
  // one field for all ids: a form with hundreds of fields is refused
  form.addEventListener("formdata", ({ formData }) => {
    formData.delete("image");
    if (!all().checked) formData.set("images", [...chosen].join(" "));
  });
  document.addEventListener("htmx:afterSettle", draw);
  addEventListener("pageshow", () => {
    read();
    draw();
  });
}

// #selection: the bar of the images ticked. Ranges by Shift, the whole page, all that match; m, y, t and Delete
// press its buttons. Ticks are kept for this tab under the page's address, so that they are there on the way back.
const form = document.getElementById("selection");
const STORE = `selection:${form?.dataset.selection ?? ""}`;
const root = document.documentElement;
const boxes = () => [...document.querySelectorAll("[data-tick]")].filter((box) => box.form === form);
const all = () => form.querySelector("[data-all]");
let chosen = new Set();
let last = null;
let shift = false;
let comparing = false;

function read() {
  try {
    chosen = new Set(JSON.parse(sessionStorage.getItem(STORE)) ?? []);
  } catch {
    chosen = new Set(); // storage may be shut off: the ticks of this page still count
  }
}

function keep() {
  try {
    if (chosen.size) sessionStorage.setItem(STORE, JSON.stringify([...chosen]));
    else sessionStorage.removeItem(STORE);
  } catch {
    // they last for this page
  }
}

// What was ticked for comparing on other pages (js/compare-pick.js) is compared with what is ticked here.
function elsewhere() {
  try {
    return (JSON.parse(sessionStorage.getItem("compare")) ?? []).filter((one) => !chosen.has(one));
  } catch {
    return [];
  }
}

function draw() {
  for (const box of boxes()) box.checked = all().checked || chosen.has(box.value);
  const count = chosen.size;
  const said = all().checked ? all().dataset.said : `${count} selected`;
  const line = form.querySelector("[data-count]");
  if (line.textContent !== said) line.textContent = said;
  const some = all().checked || count > 0;
  form.toggleAttribute("data-selected", some);
  const others = elsewhere().length;
  form.querySelector("[data-compare]").textContent = others ? `Compare with ${others} more` : "Compare";
  document.getElementById("grid")?.toggleAttribute("data-selecting", some);
}

function tick(box, on) {
  if (on) chosen.add(box.value);
  else chosen.delete(box.value);
}

function range(from, to, on) {
  const those = boxes();
  const [start, end] = [those.indexOf(from), those.indexOf(to)].sort((one, other) => one - other);
  if (start >= 0) for (const box of those.slice(start, end + 1)) tick(box, on);
}

function changed(box) {
  all().checked = false;
  if (shift && last?.isConnected) range(last, box, box.checked);
  else tick(box, box.checked);
  last = box;
  keep();
  draw();
}

function clear() {
  chosen.clear();
  all().checked = false;
  last = null;
  keep();
  draw();
}

function page() {
  for (const box of boxes()) tick(box, true);
  keep();
  draw();
}

// Shift and an arrow: from the tile in focus to the next, both ticked.
function extend(event) {
  const tile = event.target.closest(".tile");
  const box = tile?.querySelector("[data-tick]");
  const those = boxes();
  const next = those[those.indexOf(box) + (/Right|Down/.test(event.key) ? 1 : -1)];
  if (!box || !next) return;
  all().checked = false;
  last ??= box;
  range(last, next, true);
  next.closest(".tile").querySelector(".tile__open").focus();
  keep();
  draw();
  event.preventDefault();
}

function press(key) {
  const button = form.querySelector(`[data-press="${CSS.escape(key)}"]`);
  if (!button || !form.hasAttribute("data-selected")) return false;
  button.click();
  const pop = button.getAttribute("popovertarget");
  if (pop) document.querySelector(`#${pop} :is(select, input)`)?.focus();
  return true;
}

function keys(event) {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
  if (typing || event.altKey || root.dataset.keys === "off" || document.querySelector("dialog:modal")) return;
  const inGrid = event.target.closest("#grid");
  if ((event.metaKey || event.ctrlKey) && event.key === "a" && inGrid) {
    page();
    event.preventDefault();
  } else if (event.metaKey || event.ctrlKey) return;
  else if (event.shiftKey && event.key.startsWith("Arrow") && inGrid) extend(event);
  else if (event.key === "Escape" && !document.querySelector("[popover]:popover-open")) clear();
  else if (!event.shiftKey && press(event.key.length === 1 ? event.key.toLowerCase() : event.key)) {
    event.preventDefault();
  }
}

// Enter in a choice's field presses that choice's own first button, not the form's.
function enter(event) {
  const pop = event.key === "Enter" && event.target.matches("input, select") && event.target.closest(".pick");
  if (!pop) return;
  pop.querySelector("[data-default]").click();
  event.preventDefault();
}

if (form) {
  form.querySelector("[data-page]").hidden = false;
  document.addEventListener("pointerdown", (event) => (shift = event.shiftKey), true);
  document.addEventListener("keydown", (event) => (shift = event.shiftKey), true);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick]") && event.target.form === form) changed(event.target);
    else if (event.target === all()) draw();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) comparing = Boolean(button.querySelector("[data-compare]"));
    if (event.target.closest("[data-clear]")) clear();
    if (event.target.closest("[data-page]")) page();
  });
  form.addEventListener("keydown", enter);
  // one field for all ids: a form with hundreds of fields is refused
  form.addEventListener("formdata", ({ formData }) => {
    formData.delete("image");
    if (!all().checked) formData.set("images", [...chosen, ...(comparing ? elsewhere() : [])].join(" "));
  });
  document.addEventListener("keydown", keys);
  document.addEventListener("htmx:afterSettle", draw);
  document.addEventListener("studio:selection-done", () => {
    form.querySelectorAll(":popover-open").forEach((pop) => pop.hidePopover());
    form.querySelectorAll(".pick input").forEach((input) => (input.value = ""));
    clear();
  });
  addEventListener("pageshow", () => {
    read();
    draw();
  });
}

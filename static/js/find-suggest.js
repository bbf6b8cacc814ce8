// [data-search][data-suggests]: the list below it, as the server fills it; arrows choose, Enter or Tab takes, Escape
// puts it away. Without script the fields are in the page's help.
const field = document.querySelector("[data-search][aria-controls]");
const list = field && document.getElementById(field.getAttribute("aria-controls"));
const rows = () => [...list.children];

function show(open) {
  list.hidden = !open;
  field.setAttribute("aria-expanded", String(open));
  if (!open) field.removeAttribute("aria-activedescendant");
}

function choose(row) {
  for (const one of rows()) one.ariaSelected = String(one === row);
  if (row) field.setAttribute("aria-activedescendant", row.id);
}

function take(row) {
  field.value = row.dataset.take;
  show(false);
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function step(by) {
  const all = rows();
  const now = all.findIndex((row) => row.ariaSelected === "true");
  choose(all[(now + by + all.length) % all.length]);
}

function pressed(event) {
  if (list.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  const chosen = list.querySelector("[aria-selected=true]");
  if (event.key === "ArrowDown") step(1);
  else if (event.key === "ArrowUp") step(chosen ? -1 : 0);
  else if (event.key === "Escape") show(false);
  else if ((event.key === "Enter" || event.key === "Tab") && chosen) take(chosen);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

if (list) {
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target === list) show(rows().length > 0 && document.activeElement === field);
  });
  field.addEventListener("keydown", pressed, true);
  field.addEventListener("blur", () => show(false));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the focus stays in the field
    const row = event.target.closest("[data-take]");
    if (row) take(row);
  });
}

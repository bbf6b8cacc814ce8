// textarea[data-call]: behind an @ it offers members; arrows choose, Enter or Tab takes, Escape puts away.
// The names come from the address that the field names.
const BEGUN = /(?:^|[^\w@])@([\p{L}\p{N}][\p{L}\p{N}' .-]{0,40})?$/u;
let asked = 0;

const list = (field) => field.closest(".say__box").querySelector("[data-names]");
const begun = (field) => BEGUN.exec(field.value.slice(0, field.selectionStart));

function close(field) {
  list(field).hidden = true;
  field.removeAttribute("aria-activedescendant");
}

function choose(field, rows, next) {
  for (const row of rows) row.ariaSelected = String(row === next);
  field.setAttribute("aria-activedescendant", next.id);
  document.dispatchEvent(new CustomEvent("studio:say", { detail: next.textContent }));
}

function draw(field, names) {
  if (!names.length) return close(field);
  const rows = names.map((name, index) => {
    const row = Object.assign(document.createElement("li"), { id: `name-${index}`, textContent: name });
    row.setAttribute("role", "option");
    return row;
  });
  list(field).replaceChildren(...rows);
  list(field).hidden = false;
  choose(field, rows, rows[0]);
}

async function look(field) {
  const found = begun(field);
  if (!found) return close(field);
  const turn = ++asked;
  const answer = await fetch(`${field.dataset.call}?begun=${encodeURIComponent(found[1] ?? "")}`);
  if (answer.ok && turn === asked && field.isConnected) draw(field, (await answer.json()).names);
}

function take(field, name) {
  const typed = begun(field)?.[1] ?? "";
  field.setSelectionRange(field.selectionStart - typed.length, field.selectionStart);
  document.execCommand("insertText", false, `${name} `);
  asked += 1;
  close(field);
}

document.addEventListener("input", ({ target }) => target.matches("[data-call]") && look(target));
document.addEventListener("focusout", ({ target }) => target.matches("[data-call]") && close(target));
document.addEventListener("mousedown", (event) => {
  const row = event.target.closest("[data-names] > *");
  if (!row) return;
  event.preventDefault(); // the focus stays in the field
  take(row.closest(".say__box").querySelector("[data-call]"), row.textContent);
});
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-call]") || list(field).hidden || event.ctrlKey || event.metaKey) return;
  const rows = [...list(field).children];
  const now = rows.findIndex((row) => row.ariaSelected === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(field, rows, rows[(now + step + rows.length) % rows.length]);
  else if (event.key === "Enter" || event.key === "Tab") take(field, rows[now].textContent);
  else if (event.key === "Escape") close(field);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

// [data-prompt]: after __ it offers the word lists of the page ([data-list]) in [data-suggest], and says how many
// there are. What is pressed there is in suggest-keys.js.
const MOST = 8;
let names = [];

const box = () => document.querySelector("[data-suggest]");
const known = () => [...document.querySelectorAll("[data-list]")].map((button) => button.dataset.list);
// What is being written of a list's name: behind an opening __, and without the closing one.
const begun = (field) => /(?:^|[^_])__([~!@]?)([\w/ .-]*)$/.exec(field.value.slice(0, field.selectionStart));

function isOpening(field) {
  const marks = field.value.slice(0, field.selectionStart).match(/__/g) ?? [];
  return marks.length % 2 === 1;
}

function close(field) {
  names = [];
  box().hidden = true;
  field.removeAttribute("aria-activedescendant");
}

function draw(field) {
  const rows = names.map((name, index) => {
    const row = Object.assign(document.createElement("li"), { id: `suggest-${index}`, textContent: name });
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(index === 0));
    return row;
  });
  box().replaceChildren(...rows);
  box().hidden = false;
  field.setAttribute("aria-activedescendant", "suggest-0");
}

function look(field) {
  const part = isOpening(field) ? begun(field)?.[2].toLowerCase() : undefined;
  if (part === undefined) return names.length && close(field);
  names = known().filter((name) => name.toLowerCase().includes(part)).slice(0, MOST);
  if (!names.length) return close(field);
  draw(field);
  const said = `${names.length} word list${names.length > 1 ? "s" : ""}: ${names[0]}`;
  document.dispatchEvent(new CustomEvent("studio:say", { detail: said }));
}

function take(field, name) {
  const typed = begun(field)[2];
  field.setSelectionRange(field.selectionStart - typed.length, field.selectionStart);
  document.execCommand("insertText", false, `${name}__`);
  close(field);
}

document.addEventListener("input", ({ target }) => box() && target.matches("[data-prompt]") && look(target));
document.addEventListener("focusout", ({ target }) => names.length && target.matches("[data-prompt]") && close(target));
for (const pressed of ["mousedown", "studio:take"]) {
  document.addEventListener(pressed, (event) => {
    const row = event.target.closest("[data-suggest] > *");
    if (!row) return;
    event.preventDefault(); // the focus stays in the prompt
    take(document.querySelector("[data-composer] [data-prompt]"), row.textContent);
  });
}

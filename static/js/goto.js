// Links to a place in a text field: data-goto names the field, data-line and data-character count from 1.
function placeOf(text, line, character) {
  const before = text.split("\n").slice(0, line - 1);
  return before.reduce((sum, one) => sum + one.length + 1, 0) + character - 1;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-goto]");
  const field = link && document.getElementById(link.dataset.goto);
  if (!field) return;
  event.preventDefault();
  const line = Number(link.dataset.line);
  const start = placeOf(field.value, line, Number(link.dataset.character));
  field.focus();
  field.setSelectionRange(start, start + 1);
  field.scrollTop = (line - 4) * parseFloat(getComputedStyle(field).lineHeight);
});

// [data-insert]: puts the button's value into the prompt at the cursor, or at its "end"; the browser's own undo
// takes it back. Without script the button posts the form, and the words go to the end.
const prompt = () => document.querySelector("[data-composer] [data-prompt]");

// What stands between the words before the cursor and those put in: nothing, a space, or a comma.
function joint(before, words) {
  if (!before || /[\s{|]$/.test(before)) return "";
  return words.startsWith("__") || before.endsWith(",") ? " " : ", ";
}

function put(field, words, atEnd) {
  const at = atEnd ? field.value.trimEnd().length : field.selectionStart;
  const to = atEnd ? field.value.length : field.selectionEnd;
  field.focus();
  field.setSelectionRange(at, to);
  const text = joint(field.value.slice(0, at), words) + words;
  // setRangeText would be forgotten by undo
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, at, to, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const field = button && prompt();
  if (!field) return;
  event.preventDefault();
  button.closest("[popover]")?.hidePopover();
  put(field, button.value, button.dataset.insert === "end");
});

// What a button in a popover asked for is drawn behind it.
document.addEventListener("htmx:afterRequest", ({ target }) => target.closest?.("[popover]")?.hidePopover());

// #selection: m, y, t and Delete press its buttons (data-press), Escape ticks none, Enter in a choice's field presses
// that choice's own first button. What was done leaves the bar empty. Obeys <html data-keys="off">.
const form = document.getElementById("selection");
const clear = () => form.dispatchEvent(new Event("selection:clear"));

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
  if (typing || event.altKey || event.metaKey || event.ctrlKey) return;
  if (document.documentElement.dataset.keys === "off" || document.querySelector("dialog:modal")) return;
  if (event.key === "Escape" && !document.querySelector("[popover]:popover-open")) clear();
  else if (!event.shiftKey && press(event.key.length === 1 ? event.key.toLowerCase() : event.key)) {
    event.preventDefault();
  }
}

function enter(event) {
  const pop = event.key === "Enter" && event.target.matches("input, select") && event.target.closest(".pick");
  if (!pop) return;
  pop.querySelector("[data-default]").click();
  event.preventDefault();
}

if (form) {
  form.addEventListener("keydown", enter);
  document.addEventListener("keydown", keys);
  document.addEventListener("studio:selection-done", () => {
    form.querySelectorAll(":popover-open").forEach((pop) => pop.hidePopover());
    form.querySelectorAll(".pick input").forEach((input) => (input.value = ""));
    clear();
  });
}

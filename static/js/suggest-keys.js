// [data-suggest]: the arrows go through what is offered, Enter or Tab takes it, Escape puts it away.
const box = () => document.querySelector("[data-suggest]:not([hidden])");

function choose(list, step) {
  const rows = [...list.children];
  const now = rows.findIndex((row) => row.ariaSelected === "true");
  const next = rows[(now + step + rows.length) % rows.length];
  for (const row of rows) row.ariaSelected = String(row === next);
  document.querySelector("[data-composer] [data-prompt]").setAttribute("aria-activedescendant", next.id);
  document.dispatchEvent(new CustomEvent("studio:say", { detail: next.textContent }));
}

// Captured, so that Enter and Escape mean this list first.
document.addEventListener(
  "keydown",
  (event) => {
    const list = event.target.matches("[data-prompt]") && !event.ctrlKey && !event.metaKey && box();
    if (!list) return;
    if (event.key === "ArrowDown") choose(list, 1);
    else if (event.key === "ArrowUp") choose(list, -1);
    else if (event.key === "Escape") list.hidden = true;
    else if (event.key === "Enter" || event.key === "Tab")
      list.querySelector("[aria-selected=true]").dispatchEvent(new Event("studio:take", { bubbles: true }));
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

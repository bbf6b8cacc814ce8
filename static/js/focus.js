// Tiles: when the action that had the focus is gone after a swap, the focus moves to its tile;
// after a refused form, to the first field that needs attention.
// htmx itself puts the focus back on an element whose id is still there.
let last = "";

document.addEventListener("focusin", (event) => {
  last = event.target.closest(".tile")?.id ?? "";
});

function mend() {
  if (!last || document.activeElement !== document.body) return;
  document.getElementById(last)?.focus({ preventScroll: true });
}

document.addEventListener("htmx:afterSettle", mend);
document.addEventListener("htmx:oobAfterSwap", () => setTimeout(mend));

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.xhr?.status !== 422) return;
  const bad = event.detail.elt?.querySelector?.("[aria-invalid=true]");
  (bad?.matches("fieldset") ? bad.querySelector("input") : bad)?.focus();
});

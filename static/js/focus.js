// When the action that had the focus is gone after a swap, the focus moves to its tile, to its run's heading,
// or to the prompt (H2);
// after a refused form, to the first field that needs attention; after Generate on a phone, where the runs
// stand below the form, to the new run's heading.
// htmx itself puts the focus back on an element whose id is still there.
let last = "";

function home(element) {
  if (element.closest(".composer, .shelf")) return "id_template";
  return element.closest(".tile")?.id ?? element.closest(".run")?.querySelector("h2")?.id ?? "";
}

document.addEventListener("focusin", ({ target }) => {
  last = home(target);
});

function mend() {
  if (!last || document.activeElement !== document.body) return;
  document.getElementById(last)?.focus({ preventScroll: true });
}

const stacked = matchMedia("(width < 56rem)");

document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  if (target.id !== "runs" || detail.xhr?.status !== 200 || !stacked.matches) return;
  const heading = target.querySelector(":scope > .run h2");
  heading?.focus({ preventScroll: true });
  heading?.closest(".run").scrollIntoView({ block: "start" });
});

document.addEventListener("htmx:afterSettle", mend);
document.addEventListener("htmx:oobAfterSwap", () => setTimeout(mend));

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.xhr?.status !== 422) return;
  const bad = event.detail.elt?.querySelector?.("[aria-invalid=true]");
  (bad?.matches("fieldset") ? bad.querySelector("input") : bad)?.focus();
});

// [data-toast]: goes after 8 s, waits while pointed at or focused, or goes when dismissed.
const STAY = 8000;
const timers = new WeakMap();

const isHeld = (toast) => toast.matches(":hover, :focus-within");

function remove(toast) {
  const hadFocus = toast.contains(document.activeElement);
  toast.remove();
  if (hadFocus) document.getElementById("main")?.focus({ preventScroll: true });
}

function start(toast) {
  clearTimeout(timers.get(toast));
  timers.set(
    toast,
    setTimeout(() => (isHeld(toast) ? start(toast) : remove(toast)), STAY),
  );
}

function meet() {
  for (const toast of document.querySelectorAll("[data-toast]")) {
    if (timers.has(toast)) continue;
    toast.querySelector("[data-dismiss]")?.removeAttribute("hidden");
    start(toast);
  }
}

meet();
document.addEventListener("htmx:afterSettle", meet);
document.addEventListener("htmx:oobAfterSwap", meet);
for (const left of ["pointerout", "focusout"]) {
  document.addEventListener(left, (event) => {
    const toast = event.target.closest?.("[data-toast]");
    if (toast && timers.has(toast)) start(toast);
  });
}
document.addEventListener("click", (event) => {
  const toast = event.target.closest("[data-dismiss]")?.closest("[data-toast]");
  if (toast) remove(toast);
});

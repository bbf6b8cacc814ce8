// details[data-keep-open]: stays open, or shut, when it is drawn anew under the same id.
const open = new Set();

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches?.("details[data-keep-open]")) return;
    if (target.open) open.add(target.id);
    else if (target.isConnected) open.delete(target.id);
  },
  true, // toggle does not bubble
);

// before it is painted: after settling it would be seen to shut and open
for (const event of ["htmx:afterSwap", "htmx:oobAfterSwap"]) {
  document.addEventListener(event, () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  });
}

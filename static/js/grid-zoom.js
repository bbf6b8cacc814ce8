// [data-zoom-to]: three sizes of a grid's cells, changed on the spot; the address remembers, so that loading
// the page again, or turning the grid, keeps it. Without script each is a link.
const SAID = /([?&]zoom=)[a-z]*/;

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-zoom-to]");
  const grid = document.querySelector("[data-xygrid]");
  if (!link || !grid || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const wanted = link.dataset.zoomTo;
  grid.dataset.zoom = wanted;
  for (const other of document.querySelectorAll("[data-zoom-to]")) {
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  history.replaceState(history.state, "", link.href);
  for (const turn of document.querySelectorAll("#turned a:not([data-zoom-to])")) {
    turn.setAttribute("href", turn.getAttribute("href").replace(SAID, `$1${wanted}`));
  }
});

// htmx has read its addresses before
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const zoom = document.querySelector("[data-xygrid]")?.dataset.zoom;
  if (zoom && detail.elt.closest("#turned")) detail.path = detail.path.replace(SAID, `$1${zoom}`);
});

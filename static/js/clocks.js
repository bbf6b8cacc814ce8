// [data-since]: seconds that count here; the server is asked only for news.
// Each element remembers when it was first seen, so a tile swapped in starts from its own figure.
const starts = new WeakMap();

function startOf(element) {
  if (!starts.has(element)) starts.set(element, performance.now() - Number(element.dataset.since) * 1000);
  return starts.get(element);
}

function tick() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-since]")) {
    const seconds = String(Math.floor((performance.now() - startOf(element)) / 1000));
    if (element.textContent !== seconds) element.textContent = seconds;
  }
}

tick();
setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
document.addEventListener("htmx:afterSettle", tick);

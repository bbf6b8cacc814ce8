// The place on the wall is kept: an image that is opened, or paged on to, is where the wall opens again on Back.
const STORE = "gallery-place";
const wall = document.getElementById("grid");
const opened = document.querySelector("[data-image]");

function kept() {
  try {
    return sessionStorage.getItem(STORE);
  } catch {
    return null; // storage may be shut off: the browser's own memory of the place still counts
  }
}

function keep(image) {
  try {
    sessionStorage.setItem(STORE, image);
  } catch {
    // as above
  }
}

function reach(image) {
  const tile = document.getElementById(`image-${image}`);
  if (!tile) return false;
  tile.scrollIntoView({ block: "center" });
  tile.querySelector("a")?.focus({ preventScroll: true });
  return true;
}

// The tile may lie pages below the first: the wall is drawn again around it.
function come() {
  const image = kept();
  const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (!back || !image || reach(image)) return;
  const address = new URL(location.href);
  address.searchParams.delete("before");
  address.searchParams.set("around", image);
  document.addEventListener("htmx:afterSettle", () => reach(image), { once: true });
  htmx.ajax("GET", address.pathname + address.search, { target: "#grid", select: "#grid", swap: "outerHTML" });
}

if (opened) keep(opened.dataset.image);
if (wall) {
  document.addEventListener("click", ({ target }) => {
    const tile = target.closest?.(".tile__open")?.closest(".tile");
    if (tile) keep(tile.id.replace("image-", ""));
  });
  document.addEventListener("DOMContentLoaded", come); // htmx is there by then
}

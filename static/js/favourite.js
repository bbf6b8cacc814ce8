// H on a tile of the wall keeps it among one's own favourites, or lets it go; its heart follows.
const heart = (tile) => tile.querySelector(".plate--mine:has([href$='#heart'])");

function draw(tile) {
  const sign = document.querySelector("#favourite-sign")?.content.firstElementChild.cloneNode(true);
  if (sign) tile.querySelector(".tile__top")?.append(sign);
}

async function toggle(tile) {
  const there = heart(tile);
  const address = `/images/${tile.id.replace("image-", "")}/favourite`;
  await htmx.ajax("POST", address, { swap: "none", values: { on: there ? "0" : "1" } });
  if (there) there.remove();
  else draw(tile);
  const say = there ? "No longer one of your favourites." : "One of your favourites now.";
  document.dispatchEvent(new CustomEvent("studio:say", { detail: say }));
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "h" || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return;
  const tile = event.target.closest?.("#grid .tile");
  if (!tile || document.documentElement.dataset.keys === "off") return;
  toggle(tile);
  event.preventDefault();
});

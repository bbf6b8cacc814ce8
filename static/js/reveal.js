// Tiles: a picture that has just been made fades in over its wash once it is decoded. One that is there
// already stays in its place when its tile is drawn again (its small versions exist by now): the picture
// itself is carried over, and takes its new address once that is decoded, so that nothing blinks.
// Only pictures that arrive by a swap; those of the first page are there at once.
const picture = (tile) => tile?.querySelector?.(':scope > img:not([data-decoding])');

function reveal(image) {
  if (image.complete) return;
  image.loading = "eager";
  image.dataset.decoding = "";
  const show = () => delete image.dataset.decoding;
  image.decode().then(show, show); // a broken picture shows its alternative text
}

function carryOver(event) {
  const { target, fragment } = event.detail;
  const drawn = target?.id && fragment?.querySelector?.(`#${CSS.escape(target.id)} > img`);
  const there = picture(target);
  if (!there?.complete || !drawn) return;
  const next = drawn.cloneNode();
  there.alt = drawn.alt;
  drawn.replaceWith(there);
  if (next.src === there.src) return;
  next.loading = "eager";
  next.decode().then(() => {
    for (const name of ["sizes", "srcset", "src"]) there.setAttribute(name, next.getAttribute(name) ?? "");
  }, () => {}); // what is shown stays
}

function look(event) {
  const swapped = event.detail.elt ?? event.target;
  const images = swapped?.querySelectorAll?.(".tile > img") ?? [];
  images.forEach(reveal);
}

document.addEventListener("htmx:oobBeforeSwap", carryOver);
document.addEventListener("htmx:afterSwap", look);
document.addEventListener("htmx:oobAfterSwap", look);

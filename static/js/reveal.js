// Tiles: a picture that has just been made fades in over its wash once it is decoded.
// Only pictures that arrive by a swap; those of the first page are there at once.
function reveal(image) {
  if (image.complete) return;
  image.loading = "eager";
  image.dataset.decoding = "";
  const show = () => delete image.dataset.decoding;
  image.decode().then(show, show); // a broken picture shows its alternative text
}

function look(event) {
  const swapped = event.detail.elt ?? event.target;
  const images = swapped?.querySelectorAll?.(".tile > img") ?? [];
  images.forEach(reveal);
}

document.addEventListener("htmx:afterSwap", look);
document.addEventListener("htmx:oobAfterSwap", look);

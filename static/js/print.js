// [data-print]: prints the page; shown only where that can be done from a page.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = typeof window.print !== "function";
  button.addEventListener("click", () => window.print());
}

// [data-leave]: a button that opens a page of its own sends its form as the browser does, though the form's other
// buttons are htmx's.
document.addEventListener("submit", (event) => event.submitter?.matches("[data-leave]") && event.stopPropagation(), true);

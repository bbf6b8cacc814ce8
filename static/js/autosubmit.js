// [data-autosubmit]: a form with a file is sent as soon as one is chosen or dropped.
for (const form of document.querySelectorAll("[data-autosubmit]")) {
  form.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.files.length) form.requestSubmit();
  });
  const zone = form.querySelector("[type=file]").closest("label");
  for (const [name, over] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
    zone.addEventListener(name, () => zone.toggleAttribute("data-over", over));
  }
}

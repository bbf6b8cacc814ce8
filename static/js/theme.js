// [data-theme-toggle]: switches light and dark, and remembers it. Shown only where this runs.
const root = document.documentElement;

const isDark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

function toggle() {
  root.dataset.theme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // storage may be shut off; the choice lasts for this page
  }
}

for (const button of document.querySelectorAll("[data-theme-toggle]")) button.hidden = false;
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) toggle();
});

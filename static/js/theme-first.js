// Runs before the first paint, so that a stored theme never flashes. The one script that blocks.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // storage may be shut off; the system's theme stands
}

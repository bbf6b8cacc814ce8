// Tells when a run is done or failed: how many images are on their way, in the tab's title and icon,
// always. #pulse carries what ended since the page last looked; each end is told once in however many
// tabs, to whoever listens for studio:told (js/notice-switches.js).
const KEPT = 200; // runs whose end was told
const icon = document.querySelector('link[rel="icon"]');
const plain = icon?.href ?? "";
let unseen = "";

function show() {
  const live = document.getElementById("pulse")?.dataset.live?.replace(/^0$/, "");
  const title = document.title.replace(/^(\(\d+\+?\)|✓|!) /, "");
  const mark = unseen ? (unseen === "bad" ? "! " : "✓ ") : "";
  document.title = live ? `(${live}) ${title}` : mark + title;
  const wanted = unseen ? icon?.dataset[unseen] : live ? icon?.dataset.live : plain;
  if (icon && wanted && icon.getAttribute("href") !== wanted) icon.href = wanted;
}

function isNew({ run, at }) {
  const mark = `${run} ${at}`;
  try {
    const told = JSON.parse(localStorage.getItem("notices-told") ?? "[]");
    if (told.includes(mark)) return false;
    localStorage.setItem("notices-told", JSON.stringify([...told, mark].slice(-KEPT)));
  } catch {
    return true; // storage may be shut off: each tab tells for itself
  }
  return true;
}

function tell({ dataset }) {
  if (document.hidden) unseen = dataset.bad || unseen === "bad" ? "bad" : "done";
  if (!isNew(dataset)) return;
  document.dispatchEvent(new CustomEvent("studio:told", { detail: { ...dataset, icon: plain } }));
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) unseen = "";
  show();
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "pulse") return;
  for (const ended of target.querySelectorAll("[data-run]")) tell(ended);
  show();
});
show();

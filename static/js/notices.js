// Tells when a run is done or failed: how many images are on their way, in the tab's title and icon,
// always; a desktop notice and a sound for those who switched them on in this browser. One a run, not one
// an image, and once in however many tabs. #pulse carries what ended since the page last looked.
const KEPT = 200; // runs whose end was told
const icon = document.querySelector('link[rel="icon"]');
const plain = icon?.href ?? "";
const root = document.documentElement;
let unseen = "";
let sound = null;

function stored(name, value) {
  try {
    return value === undefined ? localStorage.getItem(name) : localStorage.setItem(name, value);
  } catch {
    return null; // storage may be shut off: nothing is switched on then
  }
}

const allowed = () => globalThis.Notification?.permission === "granted";
const wants = (kind) => stored(`notices-${kind}`) === "on" && (kind !== "desktop" || allowed());

function show() {
  const live = document.getElementById("pulse")?.dataset.live?.replace(/^0$/, "");
  const title = document.title.replace(/^(\(\d+\+?\)|✓|!) /, "");
  const mark = unseen ? (unseen === "bad" ? "! " : "✓ ") : "";
  document.title = live ? `(${live}) ${title}` : mark + title;
  const wanted = unseen ? icon?.dataset[unseen] : live ? icon?.dataset.live : plain;
  if (icon && wanted && icon.getAttribute("href") !== wanted) icon.href = wanted;
  for (const button of document.querySelectorAll("[data-notices]")) {
    button.hidden = button.dataset.notices === "desktop" && !globalThis.Notification;
    button.setAttribute("aria-checked", String(wants(button.dataset.notices)));
  }
  root.toggleAttribute("data-told", wants("desktop") || wants("sound"));
}

function isNew({ run, at }) {
  const told = JSON.parse(stored("notices-told") ?? "[]");
  const mark = `${run} ${at}`;
  if (told.includes(mark)) return false;
  stored("notices-told", JSON.stringify([...told, mark].slice(-KEPT)));
  return true;
}

function beep(bad) {
  if (sound?.state !== "running") return;
  for (const [number, pitch] of (bad ? [330, 247] : [523, 659]).entries()) {
    const [tone, volume] = [sound.createOscillator(), sound.createGain()];
    const start = sound.currentTime + 0.16 * number;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.08, start);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
    tone.connect(volume).connect(sound.destination);
    tone.start(start);
    tone.stop(start + 0.3);
  }
}

function tell(ended) {
  const { title, text, href, run, bad } = ended.dataset;
  if (document.hidden) unseen = bad || unseen === "bad" ? "bad" : "done";
  if (!isNew(ended.dataset)) return;
  document.dispatchEvent(new CustomEvent("studio:told", { detail: { ...ended.dataset } }));
  if (wants("sound")) beep(bad);
  if (!wants("desktop") || (!document.hidden && document.hasFocus())) return;
  const notice = new Notification(title, { body: text, tag: run, icon: plain });
  notice.addEventListener("click", () => {
    focus();
    location.assign(href);
  });
}

async function toggle(button) {
  const kind = button.dataset.notices;
  const on = !wants(kind);
  if (on && kind === "desktop" && (await Notification.requestPermission()) !== "granted") {
    document.dispatchEvent(new CustomEvent("studio:say", { detail: "The browser does not allow notices from here." }));
    return;
  }
  stored(`notices-${kind}`, on ? "on" : "off");
  wake();
  show();
}

function wake() {
  // a browser lets a page sound only once somebody has touched it
  if (!wants("sound") || !globalThis.AudioContext) return;
  sound ??= new AudioContext();
  sound.resume();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-notices]");
  if (button) toggle(button);
});
for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, wake);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) unseen = "";
  show();
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "pulse") return;
  for (const ended of target.querySelectorAll("[data-run]")) tell(ended);
  show();
});
globalThis.addEventListener("storage", show);
show();

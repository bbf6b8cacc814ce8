// [data-notices]: a desktop notice and a sound when a run ends, for those who switched them on in this
// browser. One a run, not one an image: js/notices.js says when. While one is wanted, a hidden tab goes on
// asking (js/pulse.js).
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
  for (const button of document.querySelectorAll("[data-notices]")) {
    button.hidden = button.dataset.notices === "desktop" && !globalThis.Notification;
    button.setAttribute("aria-checked", String(wants(button.dataset.notices)));
  }
  document.documentElement.toggleAttribute("data-told", wants("desktop") || wants("sound"));
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

document.addEventListener("studio:told", ({ detail: { title, text, href, run, bad, icon } }) => {
  if (wants("sound")) beep(bad);
  if (!wants("desktop") || (!document.hidden && document.hasFocus())) return;
  const notice = new Notification(title, { body: text, tag: run, icon });
  notice.addEventListener("click", () => (focus(), location.assign(href)));
});

async function toggle({ dataset: { notices: kind } }) {
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
  if (wants("sound") && globalThis.AudioContext) (sound ??= new AudioContext()).resume();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-notices]");
  if (button) toggle(button);
});
for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, wake);
globalThis.addEventListener("storage", show);
show();

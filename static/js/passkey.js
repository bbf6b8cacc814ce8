// A passkey that did not come about: says why in [data-passkey-refused], in the words of a person.
const ASKED_AGAIN = "Your browser gave no passkey. Try it again, or use a code.";
const WHY = {
  NotAllowedError: "No passkey was given: it was called off, took too long, or none of yours is on this device.",
  InvalidStateError: "This device holds a passkey of yours already.",
  SecurityError: "This browser gives no passkeys at this address. They need https and a name, or localhost.",
  NotSupportedError: "This browser or device has no passkeys. Use an authenticator app.",
};

document.addEventListener("allauth.error", (event) => {
  const note = document.querySelector("[data-passkey-refused]");
  if (!note || !event.detail.tags.includes("webauthn")) return;
  event.preventDefault(); // it is told here; the console need not repeat it
  const why = WHY[event.detail.exception?.name] ?? ASKED_AGAIN;
  note.querySelector("p").textContent = why;
  note.hidden = false;
});

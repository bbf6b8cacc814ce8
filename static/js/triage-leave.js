// [data-triage]: what is decided is sent behind one's back; what is still on its way when the page is left is sent
// once more as the page goes. The studio takes each decision once: it knows by `seen` which one it answers.
const underway = new Map();

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  const { verb, path, formData, headers } = detail.requestConfig;
  const judged = detail.elt.closest?.("[data-judge]") && /\/(decision|rating|back)$/.test(path);
  if (verb === "post" && judged) underway.set(detail.xhr, { path, headers, body: new URLSearchParams(formData) });
});
document.addEventListener("htmx:afterRequest", ({ detail }) => underway.delete(detail.xhr));

addEventListener("pagehide", () => {
  for (const { path, headers, body } of underway.values()) {
    const sent = { ...headers, "Content-Type": "application/x-www-form-urlencoded" };
    fetch(path, { method: "POST", keepalive: true, headers: sent, body }).catch(() => {}); // nobody is there to be told
  }
});

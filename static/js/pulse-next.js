// An answer to a button that knows where this page would ask next may bring its next poller along: every
// request but a question says so in a header, and what the poller in the page was asking is let go of.
const poller = () => document.getElementById("pulse");

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const address = poller()?.getAttribute("hx-get");
  if (detail.verb !== "get" && address) detail.headers["Studio-Poller"] = address.split("?")[1];
});
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (detail.target?.id === "pulse") htmx.trigger(detail.target, "htmx:abort");
});

// Forms: a submit button cannot be pressed twice, and shows that it is at work.
// htmx marks the form it sends for; the button inside is what a person looks at.
const buttons = (form) => form.querySelectorAll("button:not([type=button])");

function hold(form) {
  for (const button of buttons(form)) {
    button.classList.add("htmx-request");
    button.setAttribute("aria-disabled", "true");
  }
}

function release(form) {
  for (const button of buttons(form)) {
    button.classList.remove("htmx-request");
    button.removeAttribute("aria-disabled");
  }
}

// Captured, so that a second press is stopped before htmx or the browser sees it.
document.addEventListener(
  "submit",
  (event) => {
    if (event.submitter?.getAttribute("aria-disabled") !== "true") return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// Plain posts: after all other listeners, and only when the page is really about to be left.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!event.defaultPrevented && form.method === "post" && form.target !== "_blank") hold(form);
});

const formOf = (event) => event.detail.elt?.closest?.("form[method=post]");
document.addEventListener("htmx:beforeSend", (event) => {
  const form = formOf(event);
  // a live estimate is sent from within the form and must not lock it
  if (form && event.detail.elt === form) hold(form);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = formOf(event);
  if (form && event.detail.elt === form) release(form);
});

// Back from the page that followed: the browser may have kept the pressed button.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(release);
});

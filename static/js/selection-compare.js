// #selection: what was ticked to be compared on other pages (js/compare-pick.js) is compared with what is ticked here.
// Read after js/selection.js, whose ids it adds to.
const form = document.getElementById("selection");
let comparing = false;

function elsewhere(chosen) {
  try {
    return (JSON.parse(sessionStorage.getItem("compare")) ?? []).filter((one) => !chosen.has(one));
  } catch {
    return []; // storage may be shut off, or hold what is not ours
  }
}

form?.addEventListener("selection:drawn", ({ detail }) => {
  const others = elsewhere(detail).length;
  form.querySelector("[data-compare]").textContent = others ? `Compare with ${others} more` : "Compare";
});
form?.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button) comparing = Boolean(button.querySelector("[data-compare]"));
});
form?.addEventListener("formdata", ({ formData }) => {
  if (!comparing || !formData.has("images")) return;
  const chosen = new Set(formData.get("images").split(" ").filter(Boolean));
  formData.set("images", [...chosen, ...elsewhere(chosen)].join(" "));
});

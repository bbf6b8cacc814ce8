// [data-prompt]: paints its language behind the text ({a|b}, __lists__, ${variables}, # comments), and what the
// server marked in it: [data-spots="12-13:bad 20-25:warn"] in the same .field.
// The textarea stays a textarea; the paint is a layer under it ([data-paint] in the same .prompt).
const BEGINS = /\\.|__[^_{}|]*(?:_[^_{}|]+)*__|[{}]|(?<=^|\n|\s)#(?=\s|#)[^\n]*/g;
const marked = new WeakMap(); // of a prompt: what was marked when, so that a mark goes with its words
let due = 0;

// Yields [begin, end, kind] of what varies: the outermost braces with what is in them, lists, comments.
function* varied(text) {
  let depth = 0;
  let begin = 0;
  for (const { 0: found, index } of text.matchAll(BEGINS)) {
    if (found === "{" && depth++ === 0) begin = text[index - 1] === "$" ? index - 1 : index;
    else if (found === "}" && depth > 0 && --depth === 0) yield [begin, index + 1, "mark"];
    else if (depth === 0 && found.startsWith("__")) yield [index, index + found.length, "mark"];
    else if (depth === 0 && found[0] === "#") yield [index, index + found.length, "s"];
  }
}

function spots(prompt) {
  const known = marked.get(prompt) ?? [];
  return known.filter(([begin, end, , words]) => prompt.value.slice(begin, end) === words);
}

// The pieces of a text that spots [begin, end, element, …] do not overlap, one after another.
function pieces(text, found) {
  const nodes = [];
  let at = 0;
  for (const [begin, end, kind] of found) {
    if (begin < at) continue;
    nodes.push(text.slice(at, begin));
    nodes.push(Object.assign(document.createElement(kind), { textContent: text.slice(begin, end) }));
    at = end;
  }
  return [...nodes, text.slice(at), "\n"];
}

function paint(prompt) {
  const box = prompt.closest(".prompt");
  if (prompt.value.length > 20_000) return box?.querySelector("[data-paint]")?.replaceChildren();
  const told = spots(prompt);
  const rest = [...varied(prompt.value)].filter(([b, e]) => !told.some(([from, to]) => from < e && b < to));
  const found = [...told, ...rest].sort((one, other) => one[0] - other[0]);
  box?.querySelector("[data-paint]")?.replaceChildren(...pieces(prompt.value, found));
}

function mark(prompt) {
  const said = prompt.closest(".field")?.querySelector("[data-spots]")?.dataset.spots;
  if (said === undefined) return;
  const read = said.split(" ").filter(Boolean).map((spot) => spot.split(/[-:]/));
  const of = { bad: "del", warn: "u" };
  marked.set(prompt, read.map(([b, e, why]) => [+b, +e, of[why], prompt.value.slice(b, e)]));
  if (said.includes("bad")) prompt.setAttribute("aria-invalid", "true");
  else prompt.removeAttribute("aria-invalid");
}

function paintAll(anew) {
  for (const prompt of document.querySelectorAll("[data-prompt]")) {
    if (anew) mark(prompt);
    paint(prompt);
  }
}

paintAll(true);
document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-prompt]")) return;
  cancelAnimationFrame(due);
  due = requestAnimationFrame(() => paint(target)); // once a frame, however fast one types
});
document.addEventListener("htmx:afterSettle", () => paintAll(true));

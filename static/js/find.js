// The find page: arrows go from the box through the results, Enter in the box opens the first.

const form = document.querySelector("[data-ask]");
const box = form.elements.q;
const hits = () => [...document.querySelectorAll("[data-hit]")];
let fresh = true; // what is shown belongs to what is typed

box.addEventListener("input", () => { fresh = false; });
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "found" || event.target.id === "found") fresh = true;
});

document.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = [box, ...hits()];
  const at = all.indexOf(document.activeElement);
  if (!by || at < 0 || all.length < 2) return;
  event.preventDefault();
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  next.focus();
  if (next === box) box.select();
});

form.addEventListener("submit", (event) => {
  const first = hits()[0];
  if (!first || !fresh) return; // the page is asked for with what was typed
  event.preventDefault();
  location.assign(first.href);
});

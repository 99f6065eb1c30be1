// The work list: moving and selecting rows, and rows that stay fresh without jumping.

const EVERY = 60000; // ms between two looks at the clocks
const TOGETHER = 250; // ms in which news is gathered
const REST = 2000; // ms at least between two fetches, however much happens

const list = () => document.getElementById("list");
const rows = () => document.getElementById("rows");
const items = (root = rows()) => [...(root?.querySelectorAll("[data-row]") ?? [])];
const picks = () => [...document.querySelectorAll("#rows .pick input")];

// --- moving ---------------------------------------------------------------------------------

function current() {
  return document.activeElement?.closest?.("[data-row]") ?? rows()?.querySelector(".item:has([aria-current])");
}

function move(by) {
  const all = items();
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : at + by];
  if (!next) {
    if (by > 0) rows()?.querySelector("[data-more] a")?.click();
    return;
  }
  next.querySelector(".name").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// from the field down into what it found
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || event.target.id !== "q" || !items().length) return;
  event.preventDefault();
  items()[0].querySelector(".name").focus();
});

document.addEventListener("hub:key", (event) => {
  const key = event.detail;
  if (key === "x") current()?.querySelector(".pick input")?.click();
  else move(key === "j" ? 1 : -1);
  event.preventDefault();
});

// --- selecting ------------------------------------------------------------------------------

let last = null; // the box clicked last, where a range begins

function tell() {
  const chosen = picks().filter((box) => box.checked).length;
  const count = document.querySelector("[data-count]");
  if (count) count.textContent = chosen || "";
  const all = document.querySelector("[data-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === picks().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("#rows .pick input");
  if (!box) return;
  const boxes = picks();
  if (event.shiftKey && boxes.includes(last)) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  tell();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  for (const box of picks()) box.checked = event.target.checked;
  tell();
});
function clear() {
  for (const box of picks()) box.checked = false;
  tell();
  free();
}
document.addEventListener("click", (event) => event.target.closest?.("[data-clear]") && clear());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) clear();
});

// --- which row is open ----------------------------------------------------------------------

function mark() {
  const open = location.pathname.match(/\/desk\/cases\/(\d+)\//)?.[1] ?? "";
  if (list()) list().dataset.open = open;
  for (const item of items()) {
    const link = item.querySelector(".name");
    if (item.dataset.row === open) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
for (const moved of ["htmx:pushedIntoHistory", "htmx:afterSettle", "htmx:historyRestore"]) {
  document.body.addEventListener(moved, mark);
}

// searching from the desk changes the list and leaves the open case as it is
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-search]") || !list()) return;
  event.preventDefault();
  const address = `${event.target.getAttribute("action")}?q=${encodeURIComponent(event.target.q.value)}`;
  htmx.ajax("GET", address, { target: "#list", swap: "outerHTML" });
});

// a page of older rows: no row twice, one button
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== rows()) return;
  const known = new Set();
  for (const item of items()) known.has(item.id) ? item.remove() : known.add(item.id);
  const more = [...rows().querySelectorAll("[data-more]")];
  for (const old of more.slice(0, -1)) old.remove();
  if (more.length && more.at(-1) !== rows().lastElementChild) more.at(-1).remove();
  tell();
});

// --- staying fresh --------------------------------------------------------------------------

let waiting = null; // a fetched list that is not shown yet, because somebody is in the middle
let timer = 0;
let asked = 0;
let fetched = -REST; // when the list was fetched last
let failed = false; // whether that went wrong
const unread = new Set(); // rows that came while nobody looked
const title = document.title;

const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable=true]";
const busy = () => Boolean(
  document.activeElement?.matches(FIELDS) || rows()?.matches(":focus-within, :hover") ||
  picks().some((box) => box.checked) || document.querySelector("dialog[open]"),
);

async function refresh() {
  clearTimeout(timer);
  timer = 0;
  const address = list()?.dataset.refresh;
  if (!address) return;
  fetched = performance.now();
  failed = false;
  const mine = ++asked;
  const url = `${address}&rows=${items().length}&open=${list().dataset.open || 0}`;
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "list" } });
    if (!answer.ok || answer.redirected || mine !== asked || list()?.dataset.refresh !== address) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    take(page.getElementById("list"));
  } catch {
    failed = true; // the live sign tells about the connection; once it is back one looks again
  }
}

function take(fresh) {
  if (!fresh || !rows()) return;
  count(fresh);
  recount(fresh);
  for (const item of items(fresh)) renew(document.getElementById(item.id), item);
  const moved = items(fresh).map((item) => item.id).join() !== items().map((item) => item.id).join();
  if (!moved) return settle();
  waiting = fresh;
  if (busy()) offer(fresh);
  else apply();
}

// the counts beside the views, without touching the links themselves
function recount(fresh) {
  for (const link of fresh.querySelectorAll("[data-view]")) {
    const here = document.getElementById(link.id);
    const [from, to] = [link.querySelector(".num"), here?.querySelector(".num")];
    if (from && to && from.textContent !== to.textContent) to.textContent = from.textContent;
    if (here) here.parentElement.className = link.parentElement.className;
  }
}

// one row in its place: same box, same focus
function renew(old, fresh) {
  if (!old || old.querySelector(".htmx-request")) return; // it is being opened
  const copy = fresh.cloneNode(true);
  const [box, was] = [copy.querySelector(".pick input"), old.querySelector(".pick input")];
  const ticked = was?.checked;
  if (copy.innerHTML === old.innerHTML.replaceAll(/ class=""/g, "")) return;
  const focused = old.contains(document.activeElement) && document.activeElement;
  const part = focused && (focused.matches(".name") ? ".name" : ".pick input");
  if (box) box.checked = ticked;
  if (last === was) last = box;
  old.replaceWith(copy);
  htmx.process(copy);
  if (part) copy.querySelector(part)?.focus({ preventScroll: true });
}

function offer(fresh) {
  const here = new Set(items().map((item) => item.id));
  const extra = items(fresh).filter((item) => !here.has(item.id)).length;
  let pill = document.querySelector(".news-pill");
  if (!extra) return pill?.remove();
  if (!pill) {
    pill = document.createElement("button");
    pill.type = "button";
    pill.className = "button small main news-pill";
    pill.addEventListener("click", apply);
    document.querySelector(".pile .bar .what").after(pill); // in the line above: it covers no row
  }
  pill.textContent = `${extra} ${list().dataset.fresh}`;
}

function settle() {
  waiting = null;
  document.querySelector(".news-pill")?.remove();
}

// the new order; what one was looking at stays where it was on the screen
function apply() {
  if (!waiting || !rows()) return;
  const fresh = waiting.querySelector("#rows");
  settle();
  const held = document.activeElement?.closest?.("[data-row]")?.id;
  const ticked = new Set(picks().filter((box) => box.checked).map((box) => box.value));
  const here = new Set(items().map((item) => item.id));
  const top = rows().scrollTop;
  rows().replaceWith(fresh);
  if (here.size) for (const item of items(fresh)) item.classList.toggle("fresh", !here.has(item.id));
  for (const box of picks()) box.checked = ticked.has(box.value);
  htmx.process(fresh);
  fresh.scrollTop = top;
  if (held) document.getElementById(held)?.querySelector(".name")?.focus({ preventScroll: true });
  mark();
  tell();
}

// --- the tab's title counts what came while one was elsewhere ---------------------------------

function count(fresh) {
  const here = new Set([...items().map((item) => item.id), ...(waiting ? items(waiting).map((item) => item.id) : [])]);
  if (document.hasFocus() && !document.hidden) return;
  for (const item of items(fresh)) if (!here.has(item.id)) unread.add(item.id);
  name();
}
function name() {
  const plain = document.title.replace(/^\(\d+\) /, "");
  document.title = unread.size ? `(${unread.size}) ${plain || title}` : plain;
}
addEventListener("focus", () => {
  unread.clear();
  name();
});

function soon() {
  timer ||= setTimeout(refresh, Math.max(TOGETHER, fetched + REST - performance.now()));
}
const free = () => setTimeout(() => waiting && !busy() && apply(), 0);

for (const news of ["hub:work", "case-changed"]) document.addEventListener(news, soon);
document.addEventListener("hub:changed", ({ detail }) => {
  if (list()?.dataset.topic?.split(" ").includes(detail.topic)) soon();
});
const again = () => failed && soon();
document.addEventListener("hub:live", ({ detail }) => detail.state === "live" && again());
addEventListener("online", again);
document.addEventListener("focusout", free);
document.addEventListener("mouseout", (event) => event.target.closest?.("#rows") && free());
document.addEventListener("close", free, true);
document.addEventListener("visibilitychange", () => document.hidden || soon());
setInterval(() => document.hidden || refresh(), EVERY);
mark();

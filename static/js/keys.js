// The keyboard: single keys (which can be switched off), sequences that begin with g, and ⌘↵.

const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable=false])";
const PATIENCE = 1500; // ms between g and what follows, and between the letters of a choice
const VIEWS = { m: "mine", q: "queues", w: "waiting", s: "snoozed", n: "unassigned", c: "closed", a: "all" };

const system = navigator.userAgentData?.platform ?? navigator.platform;
document.documentElement.toggleAttribute("data-mac", /^(mac|ip)/i.test(system));

const singles = () => document.documentElement.dataset.singleKeys !== "off";
const typing = (target) => target.closest?.(FIELDS) && !target.matches("[type=checkbox], [type=radio]");
const seen = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

let picked = -PATIENCE; // when a list of choices last took a letter

// a list takes the letters that a choice begins with, and those that follow; others are keys
function picking(target, key, at) {
  if (!target.matches?.("[data-panel] select")) return true;
  const name = key.toLowerCase();
  const begins = [...target.options].some(({ text }) => text.trim().toLowerCase().startsWith(name));
  const follows = at - picked < PATIENCE;
  if (begins || follows) picked = at;
  return begins || follows;
}

let began = 0; // when g was pressed: the time of the key, not of its handling on a busy machine

function first(selector) {
  return [...document.querySelectorAll(selector)].find((one) => seen(one) && !one.disabled);
}

function press(key) {
  const element = first(`[data-key="${CSS.escape(key)}"]:not([open] > summary)`);
  if (!element) return false;
  if (element.matches("input:not([type=checkbox]), textarea, select")) element.focus();
  else element.click();
  if (element.matches("summary")) press(key); // what it unfolds may have the same key
  return true;
}

function go(key) {
  const place = first(VIEWS[key] ? `[data-view="${VIEWS[key]}"]` : `[data-go="${CSS.escape(key)}"]`);
  const fallback = VIEWS[key] && `/desk/?view=${VIEWS[key]}`;
  if (place) place.click();
  else if (fallback) location.assign(fallback);
  return Boolean(place || fallback);
}

function single(key, at) {
  if (began && at - began < PATIENCE) {
    began = 0;
    return go(key);
  }
  if (key === "g") {
    began = at;
    return true;
  }
  if (key === "?") {
    document.getElementById("keys")?.showModal();
    return true;
  }
  if (key === "/") {
    const field = document.getElementById("q");
    field?.focus();
    field?.select();
    return Boolean(field);
  }
  if ("jkx".includes(key)) {
    return !document.dispatchEvent(new CustomEvent("hub:key", { detail: key, cancelable: true }));
  }
  return press(key);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const { target, key } = event;
  if ((event.metaKey || event.ctrlKey) && key === "Enter") {
    const form = target.closest?.("form");
    const send = form?.querySelector("[data-send]");
    if (send) send.click();
    else form?.requestSubmit();
    if (form) event.preventDefault();
    return;
  }
  if (key === "Escape" && typing(target) && !target.closest("dialog")) {
    target.blur();
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || key.length !== 1) return;
  if (!singles() || document.querySelector("dialog[open]")) return;
  if (typing(target) && picking(target, key, event.timeStamp)) return;
  if (single(key, event.timeStamp)) event.preventDefault();
});

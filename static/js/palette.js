// ⌘K: go anywhere or do anything by typing a few letters of it.

const palette = document.getElementById("palette");
const WAIT = 150; // ms after the last letter before a case is looked up
let before = null; // what had the focus
let timer = 0;
let loading = false; // the places are on their way
let entered = false; // Enter was pressed before they had come: it means the one that then fits

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const field = () => palette.querySelector("input");
const offers = () => [...palette.querySelectorAll("[role=option]:not([hidden])")];
const chosen = () => palette.querySelector("[role=option][aria-selected=true]");
const seen = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

async function open() {
  if (palette.open) return palette.close();
  before = document.activeElement;
  const acts = [...document.querySelectorAll("[data-act]:not([data-view])")].filter((one) => seen(one) && !one.disabled);
  palette.querySelectorAll("[data-doing]").forEach((one) => one.remove());
  const list = palette.querySelector(".offers");
  list.prepend(...acts.map(doing));
  field().value = "";
  palette.showModal(); // at once: what is typed next is typed here
  field().focus();
  filter();
  if (list.dataset.whole !== undefined) return undefined;
  loading = true;
  entered = false;
  try {
    const answer = await fetch(palette.dataset.from, { headers: { "HX-Request": "true" } });
    if (answer.ok && !answer.redirected) {
      list.insertAdjacentHTML("beforeend", await answer.text());
      list.dataset.whole = "";
    }
  } catch {
    // without a network the acts of this page are offered, and the words can be searched for
  } finally {
    loading = false;
  }
  filter();
  return palette.open && entered ? enter() : undefined;
}

function enter() {
  if (chosen()) take(chosen());
  else field().form.requestSubmit(); // with nothing chosen the form searches for the words
}

function doing(element) {
  const offer = document.createElement("li");
  offer.setAttribute("role", "option");
  offer.dataset.doing = "";
  offer.dataset.words = element.dataset.act || element.textContent.trim();
  const picture = element.querySelector(".icon")?.cloneNode(true);
  const words = document.createElement("span");
  words.className = "clip";
  words.textContent = offer.dataset.words;
  if (picture) offer.append(picture);
  offer.append(words);
  const key = element.dataset.key;
  if (key && document.documentElement.dataset.singleKeys !== "off") {
    const sign = document.createElement("kbd");
    sign.className = "push";
    sign.textContent = key;
    offer.append(sign);
  }
  offer.act = () => (element.matches("input, textarea, select") ? element.focus() : element.click());
  return offer;
}

function filter() {
  const words = plain(field().value).split(/\s+/).filter(Boolean);
  for (const offer of palette.querySelectorAll("[role=option]")) {
    offer.hidden = !words.every((word) => plain(offer.dataset.words).includes(word));
  }
  const seek = palette.querySelector("[data-find]"); // whoever is not a place may be a customer
  const sought = field().value.trim();
  if (seek) {
    seek.hidden = sought.length < 3;
    seek.dataset.href = `${seek.dataset.find}?q=${encodeURIComponent(sought)}`;
    seek.querySelector("[data-sought]").textContent = sought;
  }
  choose(offers()[0]);
  palette.querySelector("[data-nothing]").hidden = loading || !words.length || offers().length > 0;
}

function choose(offer) {
  chosen()?.removeAttribute("aria-selected");
  if (!offer) return field().removeAttribute("aria-activedescendant");
  offer.id ||= `offer-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  offer.setAttribute("aria-selected", "true");
  field().setAttribute("aria-activedescendant", offer.id);
  offer.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const shown = offers();
  const at = shown.indexOf(chosen());
  choose(shown[(at + by + shown.length) % shown.length]);
}

function take(offer) {
  palette.close();
  if (offer.act) {
    before?.focus?.();
    offer.act();
  } else location.assign(offer.dataset.href);
}

async function look() {
  const sought = field().value.trim();
  palette.querySelectorAll("[data-case]").forEach((one) => one.remove());
  if (!/^#?\d+$/.test(sought)) return;
  const answer = await fetch(`${palette.dataset.from}?find=${encodeURIComponent(sought)}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok || field().value.trim() !== sought) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  palette.querySelector(".offers").prepend(...page.querySelectorAll("[data-case]"));
  filter();
}

document.addEventListener("keydown", (event) => {
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k" && !event.shiftKey) {
    event.preventDefault();
    open();
  }
});
palette.addEventListener("input", () => {
  filter();
  clearTimeout(timer);
  timer = setTimeout(look, WAIT);
});
palette.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    event.preventDefault();
    step(by);
  } else if (event.key === "Enter" && (loading || chosen())) {
    event.preventDefault();
    if (loading && !chosen()) entered = true;
    else take(chosen());
  }
});
palette.addEventListener("click", (event) => {
  const offer = event.target.closest("[role=option]");
  if (offer) take(offer);
});

// What opens over the paper: saved replies (found as one types) and colleagues' names after an @.

const NAME = /(?:^|[\s(])@([\p{L}\d_.-]*)$/u;
const names = new Map(); // address → promise of people

const pickerOf = (composer) => composer.querySelector(".picker");
const paperOf = (composer) => composer.querySelector("textarea");
const options = (picker) => [...picker.querySelectorAll("[role=option]")].filter((one) => !one.hidden);

function closePicker(composer) {
  const picker = pickerOf(composer);
  if (!picker || picker.hidden) return;
  picker.hidden = true;
  picker.replaceChildren();
}

function choose(picker, option) {
  for (const one of picker.querySelectorAll("[aria-selected=true]")) one.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
}

function move(picker, step) {
  const all = options(picker);
  const now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  choose(picker, all[(now + step + all.length) % all.length]);
}

// letters in order, near each other first; -1 when they are not all there
function fits(wanted, text) {
  let at = -1;
  let score = 0;
  for (const letter of wanted) {
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return -1;
    score += next - at;
    at = next;
  }
  return score;
}

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function filter(picker, wanted) {
  const list = picker.querySelector("ul");
  const found = [...list.children].map((one) => [fits(plain(wanted), plain(one.dataset.find)), one]);
  found.sort((a, b) => (wanted ? a[0] - b[0] : 0));
  for (const [score, one] of found) {
    one.hidden = score < 0;
    list.append(one);
  }
  choose(picker, options(picker)[0]);
}

function insert(composer, text, from) {
  const paper = paperOf(composer);
  paper.focus();
  paper.setRangeText(text, from ?? paper.selectionStart, paper.selectionEnd, "end");
  closePicker(composer);
  paper.dispatchEvent(new Event("input", { bubbles: true })); // the composer keeps what was put in
}

async function openCanned(composer) {
  const picker = pickerOf(composer);
  const answer = await fetch(composer.dataset.canned, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  picker.innerHTML = await answer.text();
  picker.hidden = false;
  choose(picker, options(picker)[0]);
  picker.querySelector("[data-filter]").focus();
}

async function use(composer, option) {
  const form = composer.querySelector("form");
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.set("language", form.elements.language.value);
  const answer = await fetch(option.dataset.use, { method: "POST", body: data });
  if (!answer.ok) return;
  insert(composer, (await answer.json()).text);
}

async function suggestNames(composer) {
  const paper = paperOf(composer);
  const typed = paper.value.slice(0, paper.selectionStart).match(NAME);
  if (!typed) return closePicker(composer);
  const address = composer.dataset.names;
  if (!names.has(address)) names.set(address, fetch(address).then((answer) => answer.json()));
  const { people } = await names.get(address);
  const wanted = plain(typed[1]);
  const found = people.filter((one) => plain(one.name).split(" ").some((word) => word.startsWith(wanted)));
  const picker = pickerOf(composer);
  picker.hidden = found.length === 0;
  const box = document.createElement("div");
  box.className = "picker-box";
  const list = document.createElement("ul");
  list.setAttribute("role", "listbox");
  list.append(...found.slice(0, 8).map((one) => person(one, people, typed[1].length + 1)));
  box.append(list);
  picker.replaceChildren(box);
  choose(picker, options(picker)[0]);
  return undefined;
}

function person(one, people, length) {
  const line = document.createElement("li");
  line.setAttribute("role", "option");
  const face = document.createElement("span");
  face.className = "face";
  face.textContent = one.initials;
  const alone = people.filter(({ short }) => short === one.short).length === 1;
  line.dataset.name = `@${alone ? one.short : one.name} `;
  line.dataset.length = length;
  line.append(face, one.name);
  return line;
}

function pick(composer, option) {
  if (option.dataset.use) return use(composer, option);
  const paper = paperOf(composer);
  return insert(composer, option.dataset.name, paper.selectionStart - Number(option.dataset.length));
}

document.addEventListener("input", (event) => {
  const composer = event.target.closest("[data-composer]");
  if (event.target.matches("[data-filter]")) filter(event.target.closest(".picker"), event.target.value);
  if (event.target.matches("textarea") && composer?.dataset.mode === "note") suggestNames(composer);
});

document.addEventListener("click", (event) => {
  const composer = event.target.closest("[data-composer]");
  if (event.target.closest("[data-picker]")) openCanned(composer);
  else if (!event.target.closest(".picker")) document.querySelectorAll("[data-composer]").forEach(closePicker);
});

document.addEventListener("keydown", (event) => {
  const composer = event.target.matches?.("textarea") && event.target.closest("[data-composer]");
  if (!composer || event.key !== ";" || event.ctrlKey || event.metaKey || composer.dataset.mode !== "email") return;
  const before = event.target.value.slice(0, event.target.selectionStart);
  if (before && !/\s$/.test(before)) return; // a semicolon inside a sentence is a semicolon
  event.preventDefault();
  openCanned(composer);
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".picker [role=option]");
  if (!option) return;
  event.preventDefault();
  pick(option.closest("[data-composer]"), option);
});

document.addEventListener("keydown", (event) => {
  const composer = event.target.closest?.("[data-composer]");
  const picker = composer && pickerOf(composer);
  if (!picker || picker.hidden || event.isComposing) return;
  const chosen = picker.querySelector("[aria-selected=true]");
  if (event.key === "Escape") {
    closePicker(composer);
    paperOf(composer).focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    move(picker, event.key === "ArrowDown" ? 1 : -1);
  } else if ((event.key === "Enter" || event.key === "Tab") && chosen && !event.metaKey && !event.ctrlKey) {
    pick(composer, chosen);
  } else {
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

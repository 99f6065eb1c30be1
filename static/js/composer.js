// The composer: keeps the draft as one types, sends, takes files, and marks what is still missing.
// Words come from data- attributes; without this module the composer is a plain form.

const PAUSE = 1000; // ms after the last key before a draft is kept
const AGAIN = 5000; // ms before another try after the connection failed
const VARIABLE = /\{\s*[a-z_]+(?:\.[a-z_]+)?\s*\}/g; // of a saved reply, still without its value

const states = new WeakMap();
const composerOf = (element) => element?.closest?.("[data-composer]");
const part = (composer, name) => composer.querySelector(name);

function stateOf(composer) {
  if (!states.has(composer)) states.set(composer, { timer: 0, saving: null, dirty: false, held: false });
  return states.get(composer);
}

function fields(composer) {
  const data = new FormData(part(composer, "form"));
  data.delete("file");
  data.delete("language");
  return data;
}

// words that leave the screen before they are kept: they wait in this tab until the server has them
const SHELF = "draft/"; // before the address of the draft, which names the case, and the mode
const OUTLIVES = 60_000; // bytes a request may have that goes on after its page; browsers allow 64 KiB
const SETTLED = 10_000; // ms after which a page shows what was kept before

function shelf(composer) {
  return `${SHELF}${composer.dataset.draft}${composer.dataset.mode}`;
}

function leave(composer) {
  const state = stateOf(composer);
  if (!state.dirty && !state.saving) return;
  const words = fields(composer);
  words.delete("csrfmiddlewaretoken");
  try {
    sessionStorage.setItem(shelf(composer), JSON.stringify([...words]));
  } catch {
    // the tab's shelf is full: what is kept below is all there is
  }
  save(composer);
}

// the page itself goes: only a small request may outlive it; longer words come back from the shelf
function goodbye(composer) {
  leave(composer);
  const body = fields(composer);
  const size = [...body].reduce((sum, [name, value]) => sum + new Blob([name, value]).size + 200, 0);
  if (!stateOf(composer).saving || stateOf(composer).held || size > OUTLIVES) return;
  fetch(composer.dataset.draft, {
    method: "POST", body, headers: { Accept: "application/json" }, keepalive: true,
  }).catch(() => {}); // the shelf has them
}

// a page that was drawn before they were kept may still be on its way, so the shelf is not cleared at once
function clear(composer) {
  const at = shelf(composer);
  const words = sessionStorage.getItem(at);
  setTimeout(() => {
    if (sessionStorage.getItem(at) === words) sessionStorage.removeItem(at);
  }, composer.isConnected ? 0 : SETTLED);
}

// the page may have been drawn before the words arrived: put them back, and say them again
function take(composer) {
  const shelved = sessionStorage.getItem(shelf(composer));
  if (!shelved) return;
  sessionStorage.removeItem(shelf(composer));
  const written = Object.fromEntries(JSON.parse(shelved));
  const form = part(composer, "form");
  if (written.body === form.elements.body.value) return;
  for (const [name, value] of Object.entries(written)) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  stateOf(composer).dirty = true;
  save(composer);
}

function say(composer, words, late = false) {
  const kept = part(composer, ".kept");
  kept.textContent = words;
  kept.classList.toggle("late", late);
}

function later(composer, pause = PAUSE) {
  const state = stateOf(composer);
  clearTimeout(state.timer);
  if (!state.held) state.timer = setTimeout(() => save(composer), pause);
}

// one save at a time; what is typed meanwhile is saved after it
function save(composer) {
  const state = stateOf(composer);
  clearTimeout(state.timer);
  if (state.saving || !state.dirty || state.held) return state.saving ?? Promise.resolve();
  state.dirty = false;
  say(composer, composer.dataset.keeping);
  state.saving = keep(composer).finally(() => {
    state.saving = null;
    if (state.dirty && composer.isConnected) later(composer);
  });
  return state.saving;
}

async function keep(composer) {
  const state = stateOf(composer);
  try {
    const answer = await fetch(composer.dataset.draft, {
      method: "POST", body: fields(composer), headers: { Accept: "application/json" },
    });
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.ok && json) return kept(composer, await answer.json());
    if (answer.status === 409) {
      state.held = true; // nothing is kept over a newer draft until the person has chosen
      say(composer, "");
      if (json) return trouble(composer, (await answer.json()).error);
      part(composer, ".trouble").innerHTML = await answer.text();
      htmx.process(part(composer, ".trouble"));
      return undefined;
    }
    return unkept(composer, reason(answer));
  } catch {
    return unkept(composer, "unkept"); // the hub was not reached
  }
}

// which of the words in data- say why an answer of the hub did not keep the draft
function reason(answer) {
  if (answer.redirected) return "signedOut";
  if ([403, 404].includes(answer.status)) return "notYours";
  return [400, 413].includes(answer.status) ? "tooLong" : "inTrouble";
}

function unkept(composer, why) {
  stateOf(composer).dirty = true;
  say(composer, composer.dataset[why], true);
  if (composer.isConnected) later(composer, AGAIN);
}

function kept(composer, { version, refused, at }) {
  if (!stateOf(composer).dirty) clear(composer);
  composer.querySelector("input[name=version]").value = version;
  say(composer, `${composer.dataset.kept} ${at}`);
  const list = part(composer, ".refused");
  list?.replaceChildren(...Object.entries(refused).map(([address, reason]) => {
    const line = document.createElement("p");
    const who = document.createElement("b");
    who.textContent = address;
    line.append(who, ` ${list.dataset.words}: ${reason}`);
    return line;
  }));
}

function trouble(composer, words) {
  const line = document.createElement("p");
  line.className = "error";
  line.textContent = words;
  part(composer, ".trouble").replaceChildren(line);
}

// the copy under the paper gives it its height and carries the marks
function mark(composer) {
  const text = part(composer, "textarea");
  const marks = part(composer, ".paper-marks");
  const found = [...text.value.matchAll(VARIABLE)];
  marks.replaceChildren();
  let end = 0;
  for (const one of found) {
    const marked = document.createElement("mark");
    marked.textContent = one[0];
    marks.append(text.value.slice(end, one.index), marked);
    end = one.index + one[0].length;
  }
  marks.append(text.value.slice(end));
  const missing = composer.dataset.mode === "email" ? found : [];
  marks.classList.toggle("marked", missing.length > 0);
  const bar = part(composer, "[data-missing]");
  bar.hidden = missing.length === 0;
  bar.replaceChildren(composer.dataset.fillIn, ...missing.map(([name]) => {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "chip";
    chip.textContent = name;
    chip.dataset.select = name;
    return chip;
  }));
}

function changed(composer) {
  stateOf(composer).dirty = true;
  mark(composer);
  later(composer);
}

function begin(composer) {
  take(composer);
  mark(composer);
}

document.addEventListener("input", (event) => {
  const composer = composerOf(event.target);
  if (!composer || event.target.matches("[type=file], [data-filter], [name=language]")) return;
  changed(composer);
});

document.addEventListener("click", (event) => {
  const composer = composerOf(event.target);
  const at = (selector) => event.target.closest(selector);
  if (!composer) return;
  if (at("[data-select]")) {
    const text = part(composer, "textarea");
    const start = text.value.indexOf(at("[data-select]").dataset.select);
    text.focus();
    text.setSelectionRange(start, start + at("[data-select]").dataset.select.length);
  }
  if (at("[data-add-cc]")) {
    const cc = part(composer, "[name=cc]");
    cc.value = [cc.value.trim(), at("[data-add-cc]").dataset.addCc].filter(Boolean).join(", ");
    at("[data-add-cc]").remove();
    changed(composer);
  }
  if (at("[data-keep-mine]")) {
    event.preventDefault();
    part(composer, "input[name=version]").value = at("[data-keep-mine]").value;
    part(composer, ".trouble").replaceChildren();
    stateOf(composer).held = false;
    changed(composer);
  }
});

// Enter in a field of one line goes on to the words, and never presses a button
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
  const field = event.target.closest?.("[data-compose] input:not([type=file])");
  if (!field || event.defaultPrevented) return;
  event.preventDefault();
  if (!field.matches("[data-filter]")) part(composerOf(field), "textarea").focus();
});

// whatever leaves the composer waits until the draft is kept, so that versions agree
document.body.addEventListener("htmx:confirm", (event) => {
  const undoes = event.detail.elt.id === "toasts"; // what comes back must not take the place of words
  const composer = undoes ? document.querySelector("[data-composer]") : composerOf(event.detail.elt);
  if (!composer) return;
  const state = stateOf(composer);
  const sends = event.detail.elt.matches("[data-compose]");
  if (!state.saving && !(state.dirty && !sends)) return clearTimeout(state.timer);
  event.preventDefault();
  const done = sends ? Promise.resolve(state.saving) : save(composer);
  clearTimeout(state.timer);
  done.finally(() => {
    if (sends) state.dirty = false; // the words go with the answer itself
    clearTimeout(state.timer);
    event.detail.issueRequest(true);
  });
  return undefined;
});

// another case takes the place of this one, or the page goes: keep what there is
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id === "case") event.detail.target.querySelectorAll("[data-composer]").forEach(leave);
});
addEventListener("pagehide", () => document.querySelectorAll("[data-composer]").forEach(goodbye));
addEventListener("online", () => document.querySelectorAll("[data-composer]").forEach(save));

document.body.addEventListener("htmx:load", (event) => {
  const loaded = event.detail.elt;
  const composer = loaded.matches?.("[data-composer]") ? loaded : loaded.querySelector?.("[data-composer]");
  if (!composer) return;
  begin(composer);
  const asked = document.activeElement === document.body && composer.dataset.asked !== undefined;
  if (asked || part(composer, ".trouble .error")) part(composer, "textarea").focus();
});

// a tab that was asked for, by key or by hand, is for writing: the paper takes the focus
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.requestConfig?.elt?.dataset.tab) composerOf(event.detail.elt)?.querySelector("textarea").focus();
});
document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab][aria-current]");
  if (!tab) return;
  event.preventDefault();
  event.stopPropagation();
  part(composerOf(tab), "textarea").focus();
}, true);

document.querySelectorAll("[data-composer]").forEach(begin);

// The case around the words: clocks that run down, panels that close, folds that stay open,
// files that are dropped or chosen, and pictures from outside when they are asked for.

const panelOf = (element) => element?.closest?.(".case-panel");

function count() {
  for (const clock of document.querySelectorAll("[data-countdown]")) {
    const left = Math.ceil((new Date(clock.dataset.countdown) - Date.now()) / 1000);
    if (left > 0) {
      clock.textContent = clock.dataset.words.replace("%s", left);
    } else {
      clock.textContent = clock.dataset.done;
      clock.parentElement.querySelector("[data-undo]")?.remove();
      delete clock.dataset.countdown;
    }
  }
}
setInterval(count, 500);
count();

let opener = null; // what a panel was opened with, to go back to
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (panelOf(event.detail.elt)) opener = event.detail.requestConfig?.elt ?? null;
});

function close(panel) {
  panel.replaceChildren();
  if (!opener?.isConnected) return;
  (opener.closest("details:not([open])")?.querySelector("summary") ?? opener).focus();
}
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-panel] [data-close]")) return;
  event.preventDefault();
  close(panelOf(event.target));
});
document.addEventListener("click", (event) => { // a key that leads to writing leaves the panel
  if (event.isTrusted || !event.target.closest?.("[data-tab]")) return;
  document.querySelector(".case-panel:not(:empty)")?.replaceChildren();
}, true);
document.addEventListener("keydown", (event) => {
  const panel = event.key === "Escape" && document.querySelector(".case-panel:not(:empty)");
  if (!panel || document.querySelector("dialog[open]")) return;
  close(panel);
  event.preventDefault();
}, true);

// what is open in a timeline stays open when it is drawn anew
document.body.addEventListener("htmx:oobBeforeSwap", ({ detail }) => keepFolds(detail.target, detail.fragment));
document.addEventListener("hub:swap", (event) => keepFolds(event.target, event.detail.fresh));
function keepFolds(old, fresh) {
  if (!old?.classList?.contains("timeline") || !fresh) return;
  for (const fold of old.querySelectorAll("[data-print] details[open]")) {
    const message = fold.closest("[data-print]");
    const place = [...message.querySelectorAll("details")].indexOf(fold);
    const again = fresh.querySelector(`#${CSS.escape(message.id)}`)?.querySelectorAll("details")[place];
    if (again) again.open = true;
  }
  const from = shownFrom(old);
  const next = fresh.matches?.(".timeline") ? fresh : fresh.querySelector(".timeline");
  if (from && next) next.dataset.from = from;
}

// earlier pages that were asked for stay in sight: every later answer begins where they do
function shownFrom(timeline) {
  return timeline?.querySelector(".older[data-from]")?.dataset.from || timeline?.dataset.from || "";
}
document.body.addEventListener("htmx:afterSwap", (event) => {
  const timeline = event.detail.elt.closest?.(".timeline");
  const from = shownFrom(timeline);
  if (from) timeline.dataset.refresh = `${timeline.dataset.refresh.split("?")[0]}?from=${from}`;
});
document.body.addEventListener("htmx:configRequest", (event) => {
  const from = event.detail.elt.closest("#case") && shownFrom(document.querySelector("#case .timeline"));
  if (from && event.detail.verb === "post") event.detail.parameters.from = from;
});

// the timeline hangs from its end; a fold that opens must not push its own words away
document.addEventListener("click", (event) => {
  const summary = event.target.closest(".thread summary");
  const thread = summary?.closest(".thread");
  if (!thread) return;
  const before = summary.getBoundingClientRect().top;
  requestAnimationFrame(() => thread.scrollBy(0, summary.getBoundingClientRect().top - before));
});

// --- files ------------------------------------------------------------------------------------
function attach(composer, files) {
  const limit = Number(composer.dataset.limit);
  const chosen = [...files];
  const large = chosen.find((file) => file.size > limit);
  const box = composer.querySelector(".files-of-draft");
  box.querySelectorAll(".error").forEach((line) => line.remove());
  if (large) {
    const line = document.createElement("p");
    line.className = "error";
    line.setAttribute("role", "alert");
    line.textContent = `${large.name} ${composer.dataset.tooLarge}`;
    box.prepend(line);
  } else if (chosen.length) {
    upload(composer, chosen, box);
  }
}

function upload(composer, files, box) {
  const form = composer.querySelector("form");
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.set("mode", composer.dataset.mode);
  files.forEach((file) => data.append("file", file));
  const line = document.createElement("p");
  line.className = "upload";
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", files.map(({ name }) => name).join(", "));
  line.append(files.map(({ name }) => name).join(", "), bar);
  box.append(line);
  const call = new XMLHttpRequest();
  call.open("POST", composer.dataset.attach);
  call.setRequestHeader("HX-Request", "true");
  call.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
  call.onload = () => { line.remove(); arrived(composer, call); };
  call.onerror = () => { line.textContent = composer.dataset.unkept; };
  call.send(data);
}

function arrived(composer, call) {
  const fresh = new DOMParser().parseFromString(call.responseText, "text/html").querySelector(".files-of-draft");
  if (!fresh) return;
  fresh.removeAttribute("hx-swap-oob");
  composer.querySelector(".files-of-draft").replaceWith(fresh);
  htmx.process(fresh);
  const version = composer.querySelector("input[name=version]");
  if (Number(version.value) === 0) version.value = fresh.dataset.version; // the file began the draft
  composer.querySelector("textarea").dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("change", (event) => {
  const composer = event.target.matches("[type=file]") && event.target.closest("[data-composer]");
  if (!composer) return;
  attach(composer, event.target.files);
  event.target.value = "";
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const composer = event.target.closest?.("[data-composer]");
    if (!composer || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    composer.classList.toggle("over", kind === "dragover");
    if (kind === "drop") attach(composer, event.dataTransfer.files);
  });
}

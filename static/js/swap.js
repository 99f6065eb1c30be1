// What happens around a swap: toasts, the one dialog, trouble in words, and remembered folds.

const toasts = document.getElementById("toasts");
const dialog = document.getElementById("dialog");
const news = document.getElementById("news");
const FIELDS = ".body :is(select, textarea, input:not([type=hidden]))";
const STAYS = 9000; // ms a toast is read

function toast({ text, kind = "", undo = "", seconds = 0 }) {
  const box = document.createElement("div");
  box.className = kind === "error" ? "toast late" : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  toasts.append(box);
  if (!undo) return settle(box, STAYS);
  box.dataset.offers = undo;
  box.append(button(toasts.dataset.undo, undo));
  setTimeout(() => box.remove(), seconds * 1000); // by then there is nothing left to undo
  return undefined;
}

// what was offered has been done, from here or from the timeline
document.body.addEventListener("htmx:afterRequest", ({ detail: { pathInfo, successful } }) => {
  if (successful) document.querySelector(`[data-offers="${CSS.escape(pathInfo.requestPath)}"]`)?.remove();
});

function button(name, address) {
  const undo = document.createElement("button");
  undo.className = "button small push";
  undo.type = "button";
  undo.dataset.key = "z";
  undo.textContent = name;
  undo.addEventListener("click", () => {
    undo.closest(".toast").remove();
    htmx.ajax("POST", address, { source: toasts, swap: "none" });
  });
  return undo;
}

function settle(box, stays) {
  const leave = () => box.matches(":hover, :focus-within") ? setTimeout(leave, stays) : box.remove();
  setTimeout(leave, stays);
}

document.querySelectorAll("[data-toast]").forEach((box) => settle(box, STAYS));
document.body.addEventListener("toast", (event) => toast(event.detail));
new MutationObserver((changes) => {
  for (const change of changes) {
    for (const box of change.addedNodes) {
      if (box.dataset?.toast !== undefined) settle(box, STAYS);
    }
  }
}).observe(toasts, { childList: true });

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".toast")?.remove();
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    opener.closest("details[open]")?.removeAttribute("open");
    document.getElementById(opener.dataset.opens)?.showModal();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const chosen = event.target.closest(".menu > div :is(a, button)"); // it would cover what it opens
    if (chosen || !menu.contains(event.target)) menu.open = false;
  }
  if (event.target.matches("dialog.dialog")) event.target.close(); // beside the dialog
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// the dialog opens when something was fetched into it
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== dialog) return;
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[autofocus], [aria-invalid=true]") ?? dialog.querySelector(FIELDS))?.focus();
});
document.body.addEventListener("close-dialog", () => dialog.close());

// trouble, in words; a session that has ended leads to the sign-in instead of into the page
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  const signIn = document.body.dataset.signIn;
  if (signIn && answer.responseURL && new URL(answer.responseURL).pathname.startsWith(signIn)) {
    event.detail.shouldSwap = false;
    location.assign(`${signIn}?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
});
// an answer to what was drawn anew meanwhile: htmx looks for its other parts in the old piece,
// but they stand in the page, and must not go on showing another case
document.body.addEventListener("htmx:oobErrorNoTarget", ({ detail: { content, target } }) => {
  const old = document.querySelector(target);
  if (!old || old.id !== content.id) return;
  old.replaceWith(content);
  htmx.process(content);
  htmx.trigger(content, "htmx:load");
});
document.body.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  const words = { 403: "forbidden", 404: "missing", 429: "often" }[status] ?? "broken";
  toast({ text: toasts.dataset[words], kind: "error" });
});
for (const lost of ["htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(lost, () => toast({ text: toasts.dataset.offline, kind: "error" }));
}

const connection = () => { news.hidden = navigator.onLine; };
addEventListener("online", connection);
addEventListener("offline", connection);
connection();

// folds stay as the person left them
document.addEventListener("toggle", (event) => {
  const { kept } = event.target.dataset;
  if (kept) localStorage.setItem(`fold.${kept}`, event.target.open ? "open" : "shut");
}, true);
function unfold(root) {
  for (const fold of root.querySelectorAll("details[data-kept]")) {
    const was = localStorage.getItem(`fold.${fold.dataset.kept}`);
    if (was && !fold.querySelector("[aria-current]")) fold.open = was === "open";
  }
}
unfold(document);
document.body.addEventListener("htmx:afterSettle", () => unfold(document));

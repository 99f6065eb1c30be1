// Says that this person has the case open, is away from it or writes in it; shows who else does.

const EVERY = 20000; // ms between two signs of life
const WRITING = 30000; // ms after the last key
const IDLE = 180000; // ms without any move: away

let open = null; // { address, token, said } of the case on this screen
let typed = -Infinity;
let moved = performance.now();

const token = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";

function state() {
  if (document.hidden || performance.now() - moved > IDLE) return "away";
  return performance.now() - typed < WRITING ? "editing" : "viewing";
}

async function tell() {
  const mine = open;
  if (!mine) return;
  mine.said = state();
  try {
    const answer = await fetch(mine.address, {
      method: "POST", body: new URLSearchParams({ state: mine.said }), headers: { "X-CSRFToken": mine.token },
    });
    if (answer.headers.get("HX-Trigger")?.includes("hub:work")) document.dispatchEvent(new CustomEvent("hub:work"));
    if (answer.ok && mine === open) show(await answer.text());
  } catch {
    // the next sign of life will tell
  }
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(".presence");
  const old = fresh && document.getElementById(fresh.id);
  if (old && old.innerHTML !== fresh.innerHTML) old.replaceWith(fresh);
  warn();
}

// whoever is about to write sees that somebody else does
function warn() {
  const writer = document.querySelector("#case .presence .late");
  const line = document.querySelector("#case [data-writing]");
  if (!line) return;
  line.hidden = !writer;
  line.querySelector("span").textContent = writer?.textContent.trim() ?? "";
}

function leave() {
  if (!open) return;
  navigator.sendBeacon(open.address, new URLSearchParams({ state: "gone", csrfmiddlewaretoken: open.token }));
  open = null;
}

function arrive() {
  const address = document.querySelector("#case[data-presence]")?.dataset.presence;
  if (address === open?.address) return;
  leave();
  typed = -Infinity;
  if (!address) return;
  open = { address, token: token(), said: "" };
  tell();
}

function changed() {
  if (open && state() !== open.said) tell();
}

for (const sign of ["pointermove", "keydown", "scroll"]) {
  addEventListener(sign, () => { moved = performance.now(); }, { passive: true, capture: true });
}
document.addEventListener("input", (event) => {
  if (!event.target.closest("[data-composer]")) return;
  typed = performance.now();
  changed();
});
document.addEventListener("visibilitychange", changed);
document.body.addEventListener("htmx:afterSettle", () => { arrive(); warn(); });
document.addEventListener("hub:refreshed", warn); // the head, fetched anew, may tell of a writer
document.addEventListener("hub:left", arrive);
addEventListener("pagehide", leave);
addEventListener("pageshow", arrive);
setInterval(tell, EVERY);
arrive();

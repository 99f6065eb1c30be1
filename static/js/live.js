// Keeps the open page true: one WebSocket says which topics changed, the parts that show them are
// fetched again. Include it once, on every page of a signed-in person:
//   <script type="module" src="{% static 'js/live.js' %}"></script>
//
// On any element
//   data-topic="case.42 queue.3"   what it shows; watched for as long as the element is in the page
//   data-seq="17"                  the number of the journal it was drawn at (one case only); 0: unknown
//   data-refresh="/desk/…"         where it is fetched again when a topic changes. The answer's element
//                                  with the same id (else its first) takes its place
//   data-verbs="noted presence"    only these verbs concern it ("*": all). Without it all but "presence"
//   data-refresh-safe              may be replaced while one writes in it
//   data-refresh-own               its own script fetches it, on hub:changed
// A part waits while one writes in it, has text selected in it, or looks at another tab.
//
// <html data-live> and the sign <p id="live" data-state role="status"> carry the state:
//   live            what one sees is true
//   reconnecting    it may be a little old
//   offline         it is old: no network, or signed out
//
// Events, all on the document unless said otherwise
//   hub:changed     { topic, seq, verbs }; no verbs: anything may have happened
//   hub:live        { state, reason }; reason is "signed-out" when only signing in again helps
//   hub:revoked     { topic }: no longer, or never, this person's to watch
//   hub:swap        on a part, before { fresh } takes its place: time to carry something over
//   hub:refreshed   on the fresh part
//   hub:gone        on a part that is no longer there or no longer this person's

const FIRST_PAUSE = 400; // ms before the first new attempt; doubles up to
const LONGEST_PAUSE = 15000;
const LONG = 8000; // ms without a link after which one is offline, not reconnecting
const BEAT = 25000; // ms between two signs of life
const ANSWER = 8000; // ms in which the server must answer one
const TOGETHER = 120; // ms in which new topics are asked for together
const GATHER = 60; // ms in which changes of a part are fetched together
const SPREAD = 120; // ms over which many screens spread their fetches
const PATIENCE = 20000; // ms a fetch may take
const AGAIN = 5000; // ms after a fetch that failed
const UNKNOWN_AGE = 5; // seconds a part is taken to be old when nobody knows
const AT_ONCE = 50; // topics in one message
const SIGNED_OUT = [4401, 4403];
const WRITES = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=true]";

const page = document.documentElement;
const seen = new Map(); // topic -> the number last seen; null for a list, which has none
const asked = new Set(); // topics this link has been asked for
const denied = new Set(); // topics it was refused
const started = new WeakMap(); // a request -> when it began
let drawn = 0; // performance.now() at which the oldest new part may have been drawn
let socket = null;
let hears = true; // whether the server itself hears of changes
let count = 0; // frames of news on this link
let failures = 0;
let last = 0; // Date.now() at which the server was heard last; this clock goes on while one sleeps
let broken = performance.now(); // since when there is no link
let retry = 0; // timers
let deadline = 0;
let syncing = 0;
let stopped = false;

// --- the state one sees -------------------------------------------------------------------------
function show(state, reason = "") {
  if (page.dataset.live === state) return;
  page.dataset.live = state;
  paint();
  tell(document, "hub:live", { state, reason });
  if (state === "live") takeUp();
}

function paint() {
  const sign = document.getElementById("live");
  if (sign && sign.dataset.state !== page.dataset.live) sign.dataset.state = page.dataset.live;
}

function tell(target, name, detail) {
  return target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}

// --- the link -----------------------------------------------------------------------------------
function connect() {
  clearTimeout(retry);
  if (stopped || socket) return;
  const url = new URL("/ws/", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const link = new WebSocket(url);
  socket = link;
  expect(ANSWER * 2);
  link.addEventListener("open", () => link === socket && opened());
  link.addEventListener("message", (event) => link === socket && heard(JSON.parse(event.data)));
  link.addEventListener("close", (event) => link === socket && lost(event.code));
}

function opened() {
  clearTimeout(deadline);
  // what is shown is as old as the last word of the link before this one
  if (last) drawn = Math.min(drawn, performance.now() - (Date.now() - last));
  failures = count = 0;
  hears = true;
  asked.clear();
  denied.clear();
  sync();
  ping(); // its answer says that the link works even where nothing is watched
}

function lost(code) {
  clearTimeout(deadline);
  if (page.dataset.live === "live") broken = performance.now();
  socket = null;
  if (SIGNED_OUT.includes(code)) return signedOut();
  failures += 1;
  if (failures % 8 === 2) checkSession();
  show(!navigator.onLine || performance.now() - broken > LONG ? "offline" : "reconnecting");
  const pause = Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE);
  retry = setTimeout(connect, pause * (0.5 + Math.random() / 2));
}

// a link that sleeps does not say so: leave it without waiting for its goodbye
function abandon() {
  const link = socket;
  lost(1006);
  link?.close();
}

function signedOut() {
  stopped = true;
  show("offline", "signed-out");
}

// a refused handshake does not say why; a page that leads to the sign-in does
async function checkSession() {
  try {
    const answer = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect" || answer.status === 401) signedOut();
  } catch {
    // no network: that is not it
  }
}

function send(content) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(content));
}

function expect(within) {
  clearTimeout(deadline);
  deadline = setTimeout(abandon, within);
}

function ping() {
  if (socket?.readyState !== WebSocket.OPEN) return;
  send({ ping: Math.floor(performance.now()) });
  expect(ANSWER);
}

function wake() {
  if (stopped) return;
  if (socket) ping();
  else {
    failures = 0;
    connect();
  }
}

setInterval(ping, BEAT);
addEventListener("online", wake);
addEventListener("offline", () => socket ? ping() : show("offline"));
addEventListener("pagehide", () => {
  const link = socket;
  socket = null;
  clearTimeout(deadline);
  clearTimeout(retry);
  link?.close();
});
addEventListener("pageshow", (event) => event.persisted && wake());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  wake();
  takeUp();
});

// --- what is watched ----------------------------------------------------------------------------
const topicsOf = (element) => element.dataset.topic.split(/\s+/).filter(Boolean);

function wanted() {
  const topics = new Set();
  for (const element of document.querySelectorAll("[data-topic]")) {
    const own = topicsOf(element);
    for (const topic of own) topics.add(topic);
    if (Number(element.dataset.seq) && own.length === 1 && !seen.has(own[0])) seen.set(own[0], Number(element.dataset.seq));
  }
  return topics;
}

function sync() {
  clearTimeout(syncing);
  syncing = 0;
  paint();
  if (socket?.readyState !== WebSocket.OPEN) return;
  const topics = wanted();
  const gone = [...asked].filter((topic) => !topics.has(topic));
  if (gone.length) send({ unwatch: gone });
  for (const topic of gone) {
    asked.delete(topic);
    denied.delete(topic);
    seen.delete(topic);
  }
  ask([...topics].filter((topic) => !asked.has(topic)));
}

function ask(topics) {
  const age = Math.max(0, performance.now() - drawn) / 1000;
  drawn = Infinity;
  for (let first = 0; first < topics.length; first += AT_ONCE) {
    const some = topics.slice(first, first + AT_ONCE);
    const since = Object.fromEntries(some.filter((topic) => seen.has(topic)).map((topic) => [topic, seen.get(topic)]));
    send({ watch: some, since, age: Number.isFinite(age) && age > 0 ? age : UNKNOWN_AGE });
    for (const topic of some) asked.add(topic);
  }
}

// the page changed: parts may have come or gone
new MutationObserver(() => {
  syncing ||= setTimeout(sync, TOGETHER);
}).observe(page, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-topic"] });
document.addEventListener("htmx:beforeRequest", ({ detail }) => started.set(detail.xhr, performance.now()));
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  drawn = Math.min(drawn, started.get(detail.xhr) ?? drawn);
});

// --- what is heard ------------------------------------------------------------------------------
function heard(news) {
  last = Date.now();
  if ("pong" in news) {
    clearTimeout(deadline);
    show(hears ? "live" : "reconnecting");
  }
  for (const [topic, head] of Object.entries(news.watching ?? {})) seen.set(topic, head);
  for (const topic of [...(news.refused ?? []), ...(news.revoked ?? [])]) {
    denied.add(topic);
    seen.delete(topic);
    tell(document, "hub:revoked", { topic });
  }
  if ("live" in news) {
    hears = news.live;
    show(hears ? "live" : "reconnecting");
  }
  for (const topic of news.stale ?? []) changed(topic, { verbs: [] });
  if (!("n" in news)) return;
  const missed = news.n !== count + 1;
  count = news.n;
  for (const [topic, { seq, verbs }] of Object.entries(news.changed ?? {})) {
    if (seq && seq <= (seen.get(topic) ?? 0)) continue;
    if (seq) seen.set(topic, seq);
    changed(topic, { seq, verbs });
  }
  if (missed) ask([...asked].filter((topic) => !denied.has(topic)));
}

function changed(topic, { seq = seen.get(topic) ?? null, verbs }) {
  tell(document, "hub:changed", { topic, seq, verbs });
  for (const element of document.querySelectorAll("[data-topic][data-refresh]:not([data-refresh-own])")) {
    if (topicsOf(element).includes(topic) && concerns(element, verbs)) soon(element);
  }
}

function concerns(element, verbs) {
  if (!verbs.length) return true;
  const listed = element.dataset.verbs?.split(/\s+/);
  return verbs.some((verb) => listed ? listed.includes(verb) || listed.includes("*") : verb !== "presence");
}

// --- parts that are fetched again ---------------------------------------------------------------
const jobs = new WeakMap(); // a part -> { timer, loading, again }
const waiting = new Set(); // parts that must not be touched just now

function soon(element, pause = GATHER + Math.random() * SPREAD) {
  const job = jobs.get(element) ?? {};
  jobs.set(element, job);
  if (job.loading) job.again = true;
  else job.timer ??= setTimeout(load, pause, element, job);
}

async function load(element, job) {
  job.timer = undefined;
  if (!element.isConnected) return;
  if (document.hidden || isHeld(element)) return void waiting.add(element);
  job.loading = true;
  let fresh = null;
  try {
    fresh = await fetched(element);
  } catch {
    waiting.add(element); // no network, or the server in trouble: until the link is back, or a little
    setTimeout(takeUp, AGAIN * (0.5 + Math.random()));
  }
  job.loading = false;
  const shown = fresh && element.isConnected ? place(element, fresh) : element;
  if (job.again) {
    job.again = false;
    soon(shown);
  }
}

async function fetched(element) {
  const address = element.dataset.refresh;
  const headers = { "HX-Request": "true", "HX-Target": element.id, "HX-Current-URL": location.href };
  const answer = await fetch(address, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if ([403, 404, 410].includes(answer.status)) tell(element, "hub:gone", { address });
  if (answer.status === 429 || answer.status >= 500) throw new Error(String(answer.status));
  if (answer.status !== 200 || answer.redirected || element.dataset.refresh !== address) return null;
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  return (element.id && parsed.querySelector(`#${CSS.escape(element.id)}`)) || parsed.firstElementChild;
}

// returns the part that is shown then
function place(element, fresh) {
  if (isHeld(element)) {
    waiting.add(element); // one has begun to write meanwhile
    return element;
  }
  document.adoptNode(fresh);
  tell(element, "hub:swap", { fresh });
  if (fresh.isEqualNode(element)) return element;
  const focus = element.contains(document.activeElement) ? document.activeElement.id : "";
  const places = [element, ...element.querySelectorAll("[id]")].filter((part) => part.scrollTop);
  const scrolled = places.map((part) => [part === element ? null : part.id, part.scrollTop]);
  element.replaceWith(fresh);
  window.htmx?.process(fresh);
  for (const [id, top] of scrolled) {
    const part = id ? fresh.querySelector(`#${CSS.escape(id)}`) : fresh;
    if (part) part.scrollTop = top;
  }
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  tell(fresh, "hub:refreshed", {});
  return fresh;
}

function isHeld(element) {
  const active = document.activeElement;
  if (!("refreshSafe" in element.dataset) && element.contains(active) && active.matches(WRITES)) return true;
  const selection = getSelection();
  return !selection.isCollapsed && selection.containsNode(element, true);
}

// what waited is fetched as soon as it may be
function takeUp() {
  for (const element of waiting) {
    if (element.isConnected && (document.hidden || isHeld(element))) continue;
    waiting.delete(element);
    soon(element, 0);
  }
}
document.addEventListener("focusout", () => setTimeout(takeUp));
document.addEventListener("selectionchange", () => waiting.size && takeUp());

show("reconnecting");
connect();

// A case that went where this person does not see it leaves the screen; what they typed stays theirs.

function leave() {
  const shown = document.getElementById("case");
  const template = document.getElementById("case-gone");
  if (!shown?.dataset.case || !template) return;
  const typed = shown.querySelector("[data-composer] textarea")?.value ?? "";
  const fresh = template.content.firstElementChild.cloneNode(true);
  if (typed.trim()) {
    fresh.querySelector(".typed").hidden = false;
    fresh.querySelector("textarea").value = typed;
  }
  shown.replaceWith(fresh);
  document.getElementById("side")?.replaceChildren();
  document.title = fresh.querySelector("h2").textContent;
  fresh.querySelector("h2").focus({ preventScroll: true });
  for (const news of ["hub:left", "hub:work"]) document.dispatchEvent(new CustomEvent(news));
}

document.addEventListener("hub:revoked", ({ detail }) => {
  const number = document.getElementById("case")?.dataset.case;
  if (number && detail.topic === `case.${number}`) leave();
});
document.addEventListener("hub:gone", (event) => event.target.closest?.("#case, #side") && leave());

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("#case.gone [data-copy]");
  if (!copy) return;
  const text = copy.parentElement.querySelector("textarea");
  text.select();
  try {
    await navigator.clipboard.writeText(text.value);
    copy.querySelector("span").textContent = copy.dataset.copied;
  } catch {
    // the words are selected: Ctrl C takes them
  }
});

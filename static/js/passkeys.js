// Passkeys: a form with data-passkey="get" or "create" asks the browser before it is sent.
// The options come from a JSON element (data-options) or an address (data-options-url).

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

function understood({ publicKey }, alone) {
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (options.user) {
    options.user = { ...options.user, id: bytes(options.user.id) };
    options.excludeCredentials = known(options.excludeCredentials);
    options.authenticatorSelection = {
      ...options.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone && { userVerification: "required" }),
    };
  } else {
    options.allowCredentials = known(options.allowCredentials);
  }
  return options;
}

function told(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const said = {};
  for (const part of parts) if (response[part]) said[part] = text(response[part]);
  if (response.getTransports) said.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: said,
  });
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  return (await answer.json()).request_options;
}

function complain(form, when) {
  for (const words of form.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== when;
}

async function confirm(form) {
  const creating = form.dataset.passkey === "create";
  const alone = form.elements.passwordless?.checked ?? false;
  const publicKey = understood(await optionsOf(form), alone);
  const credential = await navigator.credentials[creating ? "create" : "get"]({ publicKey });
  form.elements.credential.value = told(credential);
  form.submit();
}

const WORDS = { NotAllowedError: "refused", AbortError: "refused", InvalidStateError: "known" };

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) {
    complain(form, "failed");
    continue;
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    complain(form, "");
    confirm(form).catch((error) => complain(form, WORDS[error.name] ?? "failed"));
  });
}

// A security key answers the question that the page holds; the answer goes with the form.
const form = document.querySelector("[data-security-key]");

const WORDS = {
  NotAllowedError: "No key answered. Press the button, then touch the key.",
  InvalidStateError: "This key is set up already.",
  SecurityError: "Keys need https, and an address with a name.",
};

async function answer(question) {
  const how = form.dataset.securityKey;
  return how === "create" ? window.webauthnJSON.create(question) : window.webauthnJSON.get(question);
}

function say(words) {
  const place = form.querySelector("[data-key-error]");
  place.textContent = words;
  place.hidden = false;
}

async function go() {
  const question = JSON.parse(form.querySelector("#security-key-question").textContent);
  try {
    const credential = await answer(question);
    form.querySelector("[data-credential]").value = JSON.stringify(credential);
    form.submit();
  } catch (error) {
    say(WORDS[error.name] ?? "This browser or key cannot be used. Use a code instead.");
  }
}

form?.querySelector("[data-key-go]").addEventListener("click", go);

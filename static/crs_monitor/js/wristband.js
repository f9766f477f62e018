// A wristband by scanner or camera: what was read goes into the form, which the server answers.

// A scanner types a code in one breath; a person does not.
const BETWEEN_KEYS_MS = 80;
const SHORTEST_CODE = 3;
const LOOK_EVERY_MS = 150;

function isTypingSomewhere(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, select, textarea"));
}

// The scanner is a keyboard to the browser: nobody has to touch the field before scanning.
function attachScanner(form) {
  const input = form.querySelector("[name=code]");
  let heard = "";
  let heardAt = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (isTypingSomewhere(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.timeStamp - heardAt > BETWEEN_KEYS_MS) heard = "";
    heardAt = event.timeStamp;
    if (event.key === "Enter" && heard.length >= SHORTEST_CODE) {
      event.preventDefault(); // Enter would press whatever link has the focus
      input.value = heard;
      heard = "";
      form.requestSubmit();
    } else if (event.key.length === 1) {
      heard += event.key;
      if (event.key === " ") event.preventDefault();
    }
  });
}

async function readCode(video, detector, isOn) {
  while (isOn()) {
    const [found] = await detector.detect(video);
    if (found && found.rawValue) return found.rawValue;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return null;
}

function attachCamera(form) {
  const button = form.querySelector("[data-camera]");
  if (!button || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const view = form.querySelector("[data-camera-view]");
  const video = view.querySelector("video");
  const words = view.querySelector("[data-camera-words]");
  let stream = null;

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    view.hidden = true;
  }

  async function start() {
    view.hidden = false;
    words.textContent = "Hold the wristband in front of the camera.";
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
      const code = await readCode(video, new BarcodeDetector(), () => stream !== null);
      if (code === null) return;
      stop();
      form.querySelector("[name=code]").value = code;
      form.requestSubmit();
    } catch (error) {
      stop();
      view.hidden = false;
      words.textContent =
        error.name === "NotAllowedError"
          ? "The camera is not allowed here. Type the MRN, or allow the camera in the browser."
          : "The camera cannot be used. Type the MRN.";
    }
  }

  button.hidden = false;
  button.addEventListener("click", start);
  view.querySelector("[data-camera-stop]").addEventListener("click", stop);
  window.addEventListener("pagehide", stop);
}

for (const form of document.querySelectorAll("[data-scan]")) {
  attachScanner(form);
  attachCamera(form);
}

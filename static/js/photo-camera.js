// The camera with the baseline of the pose shining through, so that the next photo is taken as the first one was.
// What it takes goes the way of a chosen file (photo-slots.js).

import { nextFree, slotOf, store } from "./photo-slots.js";

const dialog = document.querySelector("[data-camera]");
const part = (name) => dialog.querySelector(`[data-camera-${name}]`);
let pose = "";
let stream = null;
let opener = null;
// width per height of what is taken: that of the baseline, upright for the first one
let shape = 0.8;

const words = () => part("words").dataset;

function trouble(text) {
  part("no").textContent = text;
  part("no").hidden = !text;
  part("take").toggleAttribute("disabled", Boolean(text));
}

const WHY = { NotAllowedError: "denied", SecurityError: "denied", NotReadableError: "busy", AbortError: "busy" };

async function start(device) {
  stop();
  const wanted = device ? { deviceId: { exact: device } } : { facingMode: { ideal: "environment" } };
  try {
    const video = { ...wanted, width: { ideal: 3840 }, height: { ideal: 2880 } };
    stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch (error) {
    trouble(words()[WHY[error.name] ?? "none"]);
    return;
  }
  if (!dialog.open) return stop();
  trouble("");
  part("video").srcObject = stream;
  await listCameras();
}

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
}

async function listCameras() {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "videoinput");
  const used = stream?.getVideoTracks()[0].getSettings().deviceId;
  part("choice").hidden = cameras.length < 2;
  part("device").replaceChildren(...cameras.map((each, number) => new Option(each.label || `${number + 1}`, each.deviceId, false, each.deviceId === used)));
}

function aim(next) {
  pose = next;
  const slot = slotOf(pose);
  part("title").textContent = slot.dataset.label;
  part("where").textContent = slot.dataset.ghost ? words().with : words().without;
  shape = slot.dataset.ghost ? slot.dataset.ghostWidth / slot.dataset.ghostHeight : 0.8;
  part("frame").style.setProperty("--shape", shape.toFixed(4));
  const ghost = part("ghost");
  ghost.hidden = !slot.dataset.ghost;
  part("ghost-tool").hidden = !slot.dataset.ghost;
  if (slot.dataset.ghost && ghost.getAttribute("src") !== slot.dataset.ghost) ghost.src = slot.dataset.ghost;
  look();
}

// Looking through the camera, or at the photo it has just taken.
function look(taken = false) {
  part("video").hidden = taken;
  part("still").hidden = !taken;
  part("take").hidden = part("skip").hidden = taken;
  part("keep").hidden = part("again").hidden = !taken;
  (taken ? part("keep") : part("take")).focus();
}

function take() {
  const video = part("video");
  const still = part("still");
  if (!video.videoWidth) return;
  // the middle of what the camera sees, as wide and high as the baseline
  still.width = Math.round(Math.min(video.videoWidth, video.videoHeight * shape));
  still.height = Math.round(still.width / shape);
  const [x, y] = [(video.videoWidth - still.width) / 2, (video.videoHeight - still.height) / 2];
  still.getContext("2d").drawImage(video, x, y, still.width, still.height, 0, 0, still.width, still.height);
  look(true);
}

function keep() {
  const taken = pose;
  part("still").toBlob((blob) => store(taken, [new File([blob], `${taken}.jpg`, { type: "image/jpeg" })]), "image/jpeg", 0.95);
  // this one is on its way and free no more; the mark comes with the blob, a moment later
  slotOf(taken).setAttribute("aria-busy", "true");
  goOn();
}

function goOn() {
  const next = nextFree(pose);
  if (next && next !== pose) aim(next);
  else dialog.close();
}

function ghostLevel() {
  // a property of the element, not a style attribute: the content policy allows it
  part("ghost").style.opacity = Number(part("ghost-level").value) / 100;
}

function open(button) {
  opener = button;
  dialog.showModal();
  aim(button.dataset.cameraOpen || nextFree("") || "close_up");
  ghostLevel();
  start();
}

if (dialog && navigator.mediaDevices?.getUserMedia) {
  document.querySelectorAll("[data-camera-open]").forEach((button) => (button.hidden = false));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-camera-open]");
    if (button) open(button);
  });
  part("take").addEventListener("click", take);
  part("keep").addEventListener("click", keep);
  part("again").addEventListener("click", () => look());
  part("skip").addEventListener("click", goOn);
  part("close").addEventListener("click", () => dialog.close());
  part("device").addEventListener("change", (event) => start(event.target.value));
  part("ghost-level").addEventListener("input", ghostLevel);
  part("grid-on").addEventListener("change", (event) => part("grid").classList.toggle("is-off", !event.target.checked));
  dialog.addEventListener("close", () => {
    stop();
    (opener?.isConnected ? opener : slotOf(pose)?.querySelector("[data-camera-open]"))?.focus();
  });
}

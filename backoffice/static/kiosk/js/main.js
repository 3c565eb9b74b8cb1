// The tablet at a door: what its camera and its reader read is kept here first, then shown, then sent.
import { hasSeveralCameras, startCamera, stopCamera } from "./camera.js";
import { credentialsIn } from "./credentials.js";
import { askForDevice, prepareDialogs, signInWith } from "./dialogs.js";
import { listen, tell } from "./news.js";
import { isAway, refresh, showAnswers, showLink, showReading, tick } from "./screen.js";
import { send } from "./sender.js";
import { waitForTouch } from "./sounds.js";
import * as store from "./store.js";
import { readKeys } from "./wedge.js";
import { keepPage } from "./worker.js";
import { say } from "./words.js";

const QUIET_AFTER = 60_000;
const page = (id) => document.getElementById(id);
let lastReadAt = 0;

// --- reading ------------------------------------------------------------------------------------------------------

async function read(code, method) {
  lastReadAt = Date.now();
  const credentials = credentialsIn(code);
  const device = await store.device();
  // The key of a device is never a reading: it would be sent, and stand in the list of what was read.
  if (credentials) {
    if (!device || device.dismissed) await signInWith(credentials);
    return;
  }
  if (!device) return;
  let reading;
  try {
    reading = await store.keepReading({ code, method });
  } catch {
    showReading({ code, state: "not_kept" });
    return;
  }
  showReading(reading);
  tell("kept");
  if (!isAway()) send();
}

// What a reader types is what a QR card of the centre says, or the number of an RFID card.
const methodOf = (code) => (/^R1:|^[MF]\d{5}$/i.test(code) ? "qr" : "rfid");

// --- the camera ---------------------------------------------------------------------------------------------------

async function turnCameraOn() {
  const trouble = page("camera-trouble");
  trouble.hidden = true;
  const facing = (await store.choice("facing")) ?? "user";
  try {
    const stream = await startCamera(page("camera"), facing, (code) => read(code, "qr"));
    // A camera that was pulled out, or taken by another app.
    for (const track of stream.getTracks()) track.addEventListener("ended", () => setTimeout(turnCameraOn, 2_000));
    page("camera-turn").hidden = !(await hasSeveralCameras());
    showCamera(true);
    if (page("sign-in").open) await askForDevice();
  } catch (error) {
    showCamera(false);
    trouble.textContent = say("camera", error.name === "NotAllowedError" ? "denied" : "none");
    trouble.hidden = false;
  }
}

async function turnCameraOff() {
  await stopCamera(page("camera"));
  page("camera-turn").hidden = true;
  page("camera-trouble").hidden = true;
  showCamera(false);
}

function showCamera(on) {
  const button = page("camera-switch");
  button.setAttribute("aria-pressed", String(on));
  button.lastElementChild.textContent = say("camera", on ? "off" : "on");
  page("stage").classList.toggle("watching", on);
  page("invitation").textContent = say("camera", on ? "ready" : "without");
}

async function switchCamera() {
  const on = page("camera-switch").getAttribute("aria-pressed") === "true";
  await store.choose("camera", on ? "off" : "on");
  await (on ? turnCameraOff() : turnCameraOn());
}

async function turnCamera() {
  const facing = (await store.choice("facing")) ?? "user";
  await store.choose("facing", facing === "user" ? "environment" : "user");
  await turnCameraOn();
}

// --- the page -----------------------------------------------------------------------------------------------------

async function knowDevice() {
  const device = await store.device();
  if (!device) {
    showLink("unknown");
    await askForDevice();
  } else if (!device.dismissed) {
    page("sign-in").close();
    showLink("unknown");
    send();
  }
  await refresh();
}

async function keepAwake() {
  if (document.hidden) return;
  send();
  await navigator.wakeLock?.request("screen").catch(() => undefined);
}

function speakOther({ currentTarget }) {
  const name = document.body.dataset.languageCookie;
  document.cookie = `${name}=${currentTarget.dataset.language}; path=/; max-age=31536000; samesite=lax`;
  location.reload();
}

function prepareButtons() {
  page("camera-switch").addEventListener("click", switchCamera);
  page("camera-turn").addEventListener("click", turnCamera);
  page("full-screen").hidden = !document.fullscreenEnabled;
  page("full-screen").addEventListener("click", () =>
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
  );
  for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", speakOther);
  page("sound-on").hidden = false;
  waitForTouch(() => (page("sound-on").hidden = true));
}

listen("link", (state) => showLink(state));
listen("kept", refresh);
listen("settled", (answers) => {
  showAnswers(answers);
  refresh();
});
listen("device", knowDevice);
readKeys((code) => read(code, methodOf(code)));
window.addEventListener("online", send);
document.addEventListener("visibilitychange", keepAwake);
tick();
prepareButtons();
prepareDialogs();
showCamera(false);
await knowDevice();
keepPage(document.body.dataset.worker, () => Date.now() - lastReadAt > QUIET_AFTER && !document.querySelector("dialog[open]"));
keepAwake();
if ((await store.choice("camera")) !== "off") await turnCameraOn();

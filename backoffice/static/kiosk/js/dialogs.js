// The three dialogs of the staff: signing the tablet in, signing it out, and the readings that were refused.
import { credentialsIn } from "./credentials.js";
import { tell } from "./news.js";
import { post } from "./server.js";
import * as store from "./store.js";
import { hourOf, say } from "./words.js";

const page = (id) => document.getElementById(id);
const signIn = page("sign-in");
const form = signIn.querySelector("form");
const wrong = signIn.querySelector(".wrong");

export function prepareDialogs() {
  for (const button of document.querySelectorAll("[data-close]"))
    button.addEventListener("click", () => button.closest("dialog").close());
  // Without a device there is nothing behind this dialog to go back to.
  signIn.addEventListener("cancel", (event) => closer().hidden && event.preventDefault());
  signIn.addEventListener("close", () => (page("sign-in-camera").srcObject = null));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    signInWith(credentialsIn(form.elements.line.value));
  });
  page("new-key").addEventListener("click", askForDevice);
  page("leave").addEventListener("click", askToLeave);
  page("sign-out-now").addEventListener("click", leave);
  page("refused").addEventListener("click", showRefused);
  page("send-again").addEventListener("click", sendRefusedAgain);
}

const closer = () => signIn.querySelector("[data-close]");

// --- in -----------------------------------------------------------------------------------------------------------

export async function askForDevice() {
  const kept = await store.device();
  closer().hidden = !kept;
  wrong.textContent = "";
  const preview = page("sign-in-camera");
  const { srcObject } = page("camera");
  preview.srcObject = srcObject;
  preview.hidden = !srcObject;
  if (srcObject) preview.play().catch(() => undefined);
  if (!signIn.open) signIn.showModal();
}

// The server is asked before the key is kept, with a batch that holds nothing.
export async function signInWith(device) {
  if (!signIn.open) await askForDevice();
  wrong.textContent = device ? "" : say("device", "incomplete");
  if (!device) return;
  form.inert = true;
  const { kind } = await post(device, []);
  form.inert = false;
  if (kind === "away" || kind === "dismissed") {
    wrong.textContent = say("device", kind === "away" ? "away" : "wrong");
    return;
  }
  await store.keepDevice(device);
  form.reset();
  signIn.close();
  tell("device");
}

// --- out ----------------------------------------------------------------------------------------------------------

async function askToLeave() {
  const { waiting, refused } = await store.counts();
  page("kept-readings").hidden = !(waiting + refused);
  page("kept-readings").textContent = say("device", "keeps", waiting + refused);
  page("sign-out").showModal();
}

async function leave() {
  await store.forgetDevice();
  page("sign-out").close();
  tell("device");
}

// --- refused ------------------------------------------------------------------------------------------------------

async function showRefused() {
  const readings = await store.refused();
  page("refused-list").replaceChildren(...readings.map(refusedLine));
  if (!page("refused-readings").open) page("refused-readings").showModal();
}

function refusedLine(reading) {
  const made = page("refused-reading").content.cloneNode(true);
  made.querySelector("b").textContent = reading.code;
  made.querySelector("time").textContent = hourOf(new Date(reading.at));
  made.querySelector("small").textContent = reading.detail;
  made.querySelector("button").addEventListener("click", ({ currentTarget }) => removeWhenSure(currentTarget, reading));
  return made;
}

// A second press: what is removed is nowhere else.
async function removeWhenSure(button, reading) {
  if (!("sure" in button.dataset)) {
    button.dataset.sure = "";
    button.textContent = say("device", "sure");
    return;
  }
  await store.remove(reading.order);
  tell("settled", []);
  await showRefused();
}

async function sendRefusedAgain() {
  await store.sendAgain();
  page("refused-readings").close();
  tell("device");
}

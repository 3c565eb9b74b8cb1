// What the page shows: the result of the last reading, the last ten, and how the tablet and the centre stand.
import { lookOf, nameOf } from "./outcomes.js";
import { play } from "./sounds.js";
import * as store from "./store.js";
import { dayOf, hourOf, say } from "./words.js";

const SHOWN_FOR = 6_000;
// Longer than this a person at the door isn't left with "being sent".
const SENDING_FOR = 2_500;

const page = (id) => document.getElementById(id);
// Without what marks a QR card as the centre's.
const personOf = ({ who, code }) => who || code.replace(/^R1:/i, "");
const icon = (svg, name) => svg.querySelector("use").setAttribute("href", `#icon-${name}`);
let link = "unknown";
let shown;
let sounded;
let hiding;

export const isAway = () => link === "away" || link === "dismissed";

// --- the result ---------------------------------------------------------------------------------------------------

export function showReading(reading) {
  shown = reading;
  sounded = undefined;
  draw();
  if (reading.state === "waiting" && !isAway()) setTimeout(() => shown === reading && draw({ tooLong: true }), SENDING_FOR);
}

// The answer to the reading that is on the screen; those to older ones are in the list alone.
export function showAnswers(answers) {
  const answer = answers.find(({ scan_id }) => scan_id === shown?.scan_id);
  if (!answer) return;
  shown = { ...shown, ...answer };
  draw();
}

function draw({ tooLong = false } = {}) {
  const name = nameOf(shown, !isAway() && !tooLong);
  const { icon: sign, family, tune } = lookOf(name);
  const made = page("shown").content.cloneNode(true);
  icon(made.querySelector("svg"), sign);
  made.querySelector(".said").textContent = say("results", name);
  made.querySelector(".who").textContent = personOf(shown);
  made.querySelector(".who").dir = shown.who ? "auto" : "ltr";
  made.querySelector(".hint").textContent = say("hints", name);
  page("result").replaceChildren(made);
  page("result").dataset.family = family;
  page("result").dataset.outcome = name;
  if (tune && sounded !== name) play(tune);
  sounded = name;
  clearTimeout(hiding);
  hiding = setTimeout(hide, SHOWN_FOR);
}

function hide() {
  shown = undefined;
  page("result").replaceChildren();
  delete page("result").dataset.family;
  delete page("result").dataset.outcome;
}

// --- the list and the counts --------------------------------------------------------------------------------------

export async function refresh() {
  const [latest, counts, device] = await Promise.all([store.latest(), store.counts(), store.device()]);
  page("latest").replaceChildren(...latest.map(line));
  page("nothing").hidden = latest.length > 0;
  for (const name of ["waiting", "refused"]) {
    page(name).hidden = !counts[name];
    page(name).lastElementChild.textContent = say("links", name, counts[name]);
  }
  page("dismissed").hidden = !device?.dismissed;
  if (device?.dismissed) showLink("dismissed");
}

function line(reading) {
  const name = nameOf(reading, false);
  const { icon: sign, family } = lookOf(name);
  const made = page("reading").content.cloneNode(true);
  made.firstElementChild.dataset.family = family;
  made.firstElementChild.dataset.outcome = name;
  icon(made.querySelector("svg"), sign);
  made.querySelector("b").textContent = personOf(reading);
  made.querySelector("b").dir = reading.who ? "auto" : "ltr";
  made.querySelector(".what span").textContent = say("results", name);
  made.querySelector("time").textContent = hourOf(new Date(reading.at));
  made.querySelector("time").dateTime = reading.at;
  return made;
}

export function showLink(state) {
  link = state;
  page("link").dataset.link = state;
  page("link").lastElementChild.textContent = say("links", state);
  icon(page("link"), state === "online" || state === "unknown" ? "link" : state === "away" ? "cut" : "key");
  for (const button of document.querySelectorAll("[data-language]")) button.disabled = isAway();
  if (shown?.state === "waiting" && isAway()) draw();
}

// --- the hour of the centre ---------------------------------------------------------------------------------------

export function tick() {
  const now = new Date();
  page("clock").textContent = hourOf(now);
  page("clock").dateTime = now.toISOString();
  page("day").textContent = dayOf(now);
  setTimeout(tick, 60_000 - (now.getTime() % 60_000) + 20);
}

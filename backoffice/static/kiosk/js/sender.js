// Sends what waits: in order, in batches, by one window at a time. Whether there is a connection is what came of the
// last request, for a network may be up and lead nowhere.
import { tell } from "./news.js";
import { post } from "./server.js";
import * as store from "./store.js";

const MOST = 500;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;
const HEARTBEAT = 60_000;

let most = MOST;
let wait = FIRST_WAIT;
let running = false;
let asked = false;
let answeredAt = -Infinity;
let timer;

// Send now; while it runs, once more when it is done.
export async function send() {
  asked = true;
  if (running) return;
  running = true;
  while (asked) {
    asked = false;
    // A failure of this tablet's own memory, too, is tried again later: nothing that waits is ever given up.
    await alone(sendAll).catch(() => later());
  }
  running = false;
}

async function alone(work) {
  return navigator.locks ? navigator.locks.request("kiosk-sender", work) : work();
}

async function sendAll() {
  clearTimeout(timer);
  do {
    const device = await store.device();
    if (!device || device.dismissed) return;
    const readings = await store.waiting(most);
    if (!readings.length && performance.now() - answeredAt < HEARTBEAT / 2) break;
    const answer = await post(device, readings);
    if (answer.kind === "away") return later(answer.wait);
    if (answer.kind === "dismissed") return dismissed(device);
    wait = FIRST_WAIT;
    answeredAt = performance.now();
    tell("link", "online");
    await take(readings, answer);
  } while ((await store.counts()).waiting);
  // The centre sees by this that the tablet is alive, and the tablet that the centre is.
  timer = setTimeout(send, HEARTBEAT);
}

// A batch that isn't right is halved until the reading that isn't right stands alone: it is put aside, the others pass.
async function take(readings, { results = [], detail = "" }) {
  const said = answersTo(readings, results);
  if (!said.length && readings.length > 1) {
    most = Math.ceil(readings.length / 2);
    return;
  }
  const answers = said.length ? said : readings.map(({ scan_id }) => ({ scan_id, state: "refused", detail }));
  most = Math.min(MOST, most * 2);
  await store.settle(answers);
  if (answers.length) tell("settled", answers);
}

// Readings that the answer doesn't name wait on.
function answersTo(readings, results) {
  const said = new Map(results.map((one) => [one.scan_id, one]));
  return readings
    .map(({ scan_id }) => said.get(scan_id))
    .filter(Boolean)
    .map(({ scan_id, outcome, who }) => ({ scan_id, state: "answered", outcome, who: who?.name ?? "" }));
}

function later(asLongAs = 0) {
  tell("link", "away");
  // Tablets that lost the same network don't all come back in the same moment.
  timer = setTimeout(send, Math.max(wait, asLongAs) * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

async function dismissed(device) {
  await store.dismiss(device.key);
  tell("device");
}

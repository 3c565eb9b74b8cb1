// A lecture's list on the instructor's telephone. Each tap is a form that works without this script; with it, the tap is
// saved at once and says so, nothing is lost without a network, and colleagues' marks appear as they are made.
import { listen } from "../live.js";
import { Outbox } from "./outbox.js";
import { freshPart, merge } from "./part.js";
import { paint, plain, readRow, say } from "./rows.js";
import { filterRows } from "./search.js";

const MINUTE = 60_000;
const page = document.getElementById("marking");
const { me, lecture } = page.dataset;
// What the server said last of each participant.
const known = new Map();
let undoable = [];

const rows = () => Array.from(page.querySelectorAll("[data-participant]"));
const rowOf = (participant) => page.querySelector(`[data-participant="${CSS.escape(participant)}"]`);
const usual = () => page.querySelector("[data-default]").value.trim();
const isAtHand = (row) => row.querySelector("details[open]") !== null && row.contains(document.activeElement);
const isBusy = (row) => outbox.holds(row.dataset.participant) || isAtHand(row);

// --- what this window sends ---------------------------------------------------------------------------------------

const outbox = new Outbox(me, lecture, {
  sent(step, answer) {
    for (const state of answer.rows) settle(state, step.meant.includes(state.participant) ? gettext("Saved") : "");
    showCounts(answer.counts);
    offerUndo(step.isUndo || !answer.changed ? [] : step.meant);
  },
  refused(step, answer) {
    for (const state of answer.rows ?? []) settle(state, "");
    const sentence = answer.refused || gettext("This could not be saved. Load the page anew and look.");
    const row = step.kind && rowOf(step.meant[0]);
    if (row) {
      paint(row, known.get(step.meant[0]), usual());
      keepTyped(row, step);
      say(row, sentence, "error", "refused");
    } else tellOfNet(sentence, "error");
    if (answer.counts) showCounts(answer.counts);
  },
  waiting(why) {
    for (const row of rows()) if (outbox.holds(row.dataset.participant)) say(row, gettext("Kept on this device, not saved yet"), "cloud_off", "waiting");
    tellOfNet(why ? waitingWords(why) : "", why === "signed-out" ? "lock" : "cloud_off");
  },
});

function waitingWords(why) {
  const count = outbox.steps.length;
  const kept = interpolate(ngettext("%s mark is kept on this device.", "%s marks are kept on this device.", count), [count]);
  const because = {
    network: gettext("There is no network. They are sent as soon as it is back: leave this page open."),
    server: gettext("The server is busy. They are sent again in a moment: leave this page open."),
    "signed-out": gettext("You are no longer signed in. Sign in again in another window, and they are sent from here."),
  };
  return `${kept} ${because[why]}`;
}

function settle(state, words) {
  known.set(state.participant, state);
  const row = rowOf(state.participant);
  if (!row) return;
  row.dataset.at = state.at ?? "";
  if (outbox.holds(state.participant)) return;
  paint(row, state, usual());
  if (words) say(row, words, "check", "saved");
}

/** What was refused stands where it was typed, to be mended. */
function keepTyped(row, step) {
  for (const [name, value] of step.fields) {
    const field = row.querySelector(`input[name="${name}"]:not([type=hidden])`);
    if (field) field.value = value;
  }
}

function offerUndo(participants) {
  undoable = participants;
  const button = page.querySelector("[data-undo]");
  button.hidden = !participants.length;
}

function tap(event) {
  const form = event.target;
  event.preventDefault();
  const sent = new FormData(form, event.submitter);
  sent.delete("csrfmiddlewaretoken");
  const quick = sent.get("quick");
  if (quick !== null) {
    sent.set("do", "present");
    sent.set("rating", quick);
    sent.delete("quick");
  }
  const participant = sent.get("participant");
  const step = participant ? stepOf(participant, sent) : { fields: Array.from(sent), kind: "", seen: "", meant: unmarked() };
  if (participant) foresee(rowOf(participant), step);
  if (quick !== null) form.querySelector("details").open = false;
  outbox.put(step);
}

function stepOf(participant, sent) {
  // A note doesn't take the place of a mark, nor a mark that of a note.
  const kind = `${participant} ${sent.get("do") === "note" ? "note" : "mark"}`;
  return { fields: Array.from(sent), kind, seen: known.get(participant)?.at ?? "", meant: [participant] };
}

const unmarked = () => rows().filter((row) => row.dataset.state === "unmarked").map((row) => row.dataset.participant);

/** Show at once what the tap is going to be. */
function foresee(row, step) {
  if (!row) return;
  const fields = Object.fromEntries(step.fields);
  const present = { present: true, absent: false, clear: null }[fields.do];
  if (present !== undefined) paint(row, { present, rating: present ? fields.rating : null }, usual());
  say(row, gettext("Saving…"), "sync", "saving");
}

// --- what others do -------------------------------------------------------------------------------------------------

function hear({ type, data }) {
  if (data.lecture !== lecture) return;
  if (type === "summary") showCounts(data);
  if (type !== "attendance_update") return;
  const row = rowOf(data.participant);
  if (!row) {
    refreshSoon();
    return;
  }
  const mine = data.marked_by?.id === me;
  const old = known.get(data.participant);
  const isNoNews = old?.present === data.present && old.at === data.at;
  // What is taken back is signed by nobody: if one's own step is on its way, it is this one, and its answer comes.
  if (isNoNews || (!data.marked_by && outbox.holds(data.participant))) return;
  known.set(data.participant, { ...old, ...data });
  row.dataset.at = data.at ?? "";
  if (!isBusy(row)) paint(row, data, usual());
  if (!mine) say(row, othersWords(data, isBusy(row)), "group", "others");
}

function othersWords(data, isHeldBack) {
  const name = data.marked_by?.name;
  if (!name) return data.present === null ? gettext("A colleague took the mark back") : gettext("Marked by a reader at the door");
  if (!isHeldBack) return interpolate(gettext("Marked by %(name)s"), { name }, true);
  const state = data.present ? gettext("present") : gettext("absent");
  return interpolate(gettext("%(name)s has just marked: %(state)s. What you save now takes its place."), { name, state }, true);
}

/** Whoever left a row sees what came in the meantime. */
function catchUp(event) {
  const row = event.target.closest("[data-participant]");
  window.setTimeout(() => row && !isBusy(row) && paint(row, known.get(row.dataset.participant), usual()));
}

let refreshing;
function refreshSoon() {
  window.clearTimeout(refreshing);
  refreshing = window.setTimeout(refresh, 300);
}

async function refresh() {
  let fresh;
  try {
    fresh = await freshPart();
  } catch {
    return; // The next minute, or the socket's coming back, asks again.
  }
  // The hour has come, or is over: other buttons.
  const [time, now] = [page, fresh].map((one) => one.querySelector("#marking-time").dataset.time);
  if (time !== now) return void window.location.reload();
  merge(page, fresh, isBusy);
  for (const row of rows()) if (!isBusy(row) || !known.has(row.dataset.participant)) begin(row);
  search();
}

// --- the page -------------------------------------------------------------------------------------------------------

function begin(row) {
  known.set(row.dataset.participant, readRow(row));
  for (const step of row.querySelectorAll("[data-step]")) step.hidden = false;
}

function showCounts(counts) {
  for (const one of page.querySelectorAll("[data-count]")) one.querySelector("dd").textContent = counts[one.dataset.count];
  page.querySelector("[data-count-of=unmarked]").textContent = counts.unmarked;
  page.querySelector(".marking-all").disabled = !counts.unmarked;
}

function tellOfNet(words, sign) {
  const line = page.querySelector("[data-net]");
  line.hidden = !words;
  line.dataset.sign = words ? sign : "";
  line.textContent = words;
}

function step(button) {
  const field = button.closest(".mark-exact").querySelector("[name=rating]");
  const next = (Number(field.value.replace(/[٫،,]/, ".")) || Number(usual())) + Number(button.dataset.step);
  field.value = plain(Math.min(10, Math.max(1, next)));
}

function search() {
  const typed = page.querySelector("[data-search]").value;
  const left = filterRows(rows(), typed, (row) => `${row.querySelector(".mark-name").textContent} ${row.querySelector(".mark-code").textContent}`);
  page.querySelector("[data-nothing]").hidden = left > 0;
}

page.addEventListener("submit", tap);
page.addEventListener("focusout", catchUp);
page.addEventListener("input", (event) => {
  if (event.target.matches("[data-search]")) search();
  if (event.target.matches("[data-default]"))
    for (const row of rows()) if (row.dataset.state !== "present") row.querySelector("[name=rating]").value = usual();
});
page.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step], [data-undo]");
  if (button?.dataset.step) step(button);
  else if (button) undo();
});

function undo() {
  const fields = [["do", "undo"], ...undoable.map((participant) => ["participant", participant])];
  outbox.put({ fields, kind: "", seen: "", meant: undoable, isUndo: true });
  offerUndo([]);
}

rows().forEach(begin);
for (const one of outbox.steps) if (one.kind) foresee(rowOf(one.meant[0]), one);
outbox.sendSoon();
listen({ cursor: Number(page.dataset.cursor), lecture, onEvent: hear, onResync: refresh });
window.setInterval(() => document.hidden || refresh(), MINUTE);

// The live board: the server draws it, live events move its figures, and whatever can't be told by one is drawn anew.
import { listen } from "../live.js";
import { freshPart, merge } from "./part.js";

const MINUTE = 60_000;
const SOON = 400;
const board = document.getElementById("board");
const COUNTS = ["expected", "present", "absent", "unmarked"];

// --- what is heard --------------------------------------------------------------------------------------------------

function hear({ type, data }) {
  if (type === "summary") showCounts(data);
  else if (type === "attendance_update") showMark(data);
  else if (type === "instructor_attendance_update") showStaff(data);
}

function showCounts(data) {
  const card = cardOf(data.lecture);
  if (!card?.querySelector("[data-bar]")) return;
  for (const name of COUNTS) show(card.querySelector(`[data-count=${name}]`), data[name]);
  for (const part of card.querySelectorAll("[data-bar] [data-part-of]")) part.style.flexGrow = data[part.dataset.partOf];
  showTotals();
}

function showTotals() {
  for (const total of board.querySelectorAll("[data-total]")) {
    const counts = board.querySelectorAll(`[data-count=${total.dataset.total}]`);
    show(total, Array.from(counts).reduce((sum, one) => sum + Number(one.textContent), 0));
  }
}

/** Who is missing: a name goes when it is marked present, and says so when it is marked absent. */
function showMark({ lecture, participant, present }) {
  const card = cardOf(lecture);
  const list = card?.querySelector(".board-missing");
  if (!list) return;
  const name = list.querySelector(`[data-participant="${CSS.escape(participant)}"]`);
  if (present) name?.remove();
  else if (!name) refreshSoon(); // The page was never told this name.
  else {
    name.dataset.absent = present === false ? "1" : "0";
    name.querySelector(".material-symbols-outlined").textContent = present === false ? "close" : "radio_button_unchecked";
    name.querySelector("small").textContent = present === false ? gettext("absent") : "";
  }
  show(list.querySelector("[data-missing]"), list.querySelectorAll("li").length);
}

function showStaff({ attendance, status, check_out, late_minutes }) {
  const place = board.querySelector(`[data-staff="${attendance}"]`);
  const state = check_out && status !== "absent" ? "left" : status;
  const template = board.querySelector(`template[data-presence="${state}"]`);
  if (!place || !template) {
    refreshSoon(); // Somebody who wasn't due when the page was drawn, or who is due again.
    return;
  }
  place.replaceChildren(template.content.cloneNode(true));
  const words = interpolate(ngettext("%s minute", "%s minutes", late_minutes), [late_minutes]);
  place.querySelector("[data-late]").textContent = late_minutes ? words : "";
}

const cardOf = (lecture) => board.querySelector(`[data-lecture="${CSS.escape(lecture)}"]`);

/** A figure that changes is lit for a moment; one that doesn't stays as it is. */
function show(place, figure) {
  if (!place || place.textContent === String(figure)) return;
  place.textContent = figure;
  place.classList.remove("board-changed");
  window.requestAnimationFrame(() => place.classList.add("board-changed"));
}

// --- drawn anew -------------------------------------------------------------------------------------------------------

let soon;
function refreshSoon() {
  window.clearTimeout(soon);
  soon = window.setTimeout(refresh, SOON);
}

// What is heard while the server draws may be newer than the drawing: it is drawn once more.
let drawing = false;
let heardMeanwhile = false;

async function refresh() {
  if (drawing) {
    heardMeanwhile = true;
    return;
  }
  drawing = true;
  heardMeanwhile = false;
  try {
    const fresh = await freshPart();
    merge(board, fresh);
    // A board on the wall lives through midnight.
    board.querySelector("[data-date]").textContent = fresh.querySelector("[data-date-now]").dataset.dateNow;
  } catch {
    // The next minute asks again, and so does the socket when it is back.
  } finally {
    drawing = false;
  }
  if (heardMeanwhile) refreshSoon();
}

// --- the state of the line ------------------------------------------------------------------------------------------

const LINE = {
  live: ["sensors", () => gettext("Live")],
  connecting: ["sync", () => gettext("Connecting…")],
  waiting: ["cloud_off", () => interpolate(gettext("No connection since %s: it comes back by itself"), [since])],
  ended: ["lock", () => gettext("You are no longer signed in: load the page anew")],
};
let since = "";

function showLine(state) {
  if (state === "waiting" && !since) since = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (state === "live") since = "";
  // A line that was cut says so until it is back, not each time that it is tried anew.
  const shown = state === "connecting" && since ? "waiting" : state;
  const line = board.querySelector("[data-live]");
  if (line.dataset.live === shown) return;
  line.dataset.live = shown;
  const [icon, words] = LINE[shown];
  line.querySelector(".material-symbols-outlined").textContent = icon;
  line.querySelector("[data-live-words]").textContent = words();
}

// --- on the wall -----------------------------------------------------------------------------------------------------

const wall = board.querySelector("[data-wall]");
wall.hidden = !document.fullscreenEnabled;
wall.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : board.requestFullscreen()));

listen({
  cursor: Number(board.dataset.cursor),
  onEvent(event) {
    heardMeanwhile = true;
    hear(event);
  },
  onResync: refresh,
  onState: showLine,
});
// Places are taken and given back, and lectures begin, without an event.
window.setInterval(refresh, MINUTE);

// What happens in the centre, as it happens: one socket to /ws/attendance/ that comes back by itself and misses nothing.
//
//   import { listen } from "./live.js";
//   const live = listen({
//     cursor: Number(section.dataset.cursor), // {{ cursor }}: attendance.selectors.last_cursor(), read before the rest
//     lecture: null,                          // the id of the only lecture that is wanted, or nothing for all
//     onEvent({ type, cursor, data }) {},     // attendance_update, instructor_attendance_update, summary; in order, once
//     onResync() {},                          // too much was missed, or what one may see has changed: read the page anew
//     onState(state) {},                      // "connecting", "live", "waiting" (tries again by itself), "ended"
//   });
//   live.close();
//
// "ended" is the end: nobody is signed in any more, or they may not listen (docs/sockets.md has the codes). Who is closed
// for that after they were let in tries once more: in another tab they may have signed in again meanwhile.

const SIGNED_OUT = 4401;
const MAY_NOT = 4403;
const RIGHTS_CHANGED = 4409;

const LONGEST_WAIT = 30_000;
// Proxies cut what is silent for a minute; a dead network says nothing at all.
const ASK_AFTER = 25_000;
const ANSWER_WITHIN = 10_000;
// A connection that holds this long was a good one: the next try begins with short waits again.
const GOOD_AFTER = 5_000;

class Live {
  constructor(options) {
    this.options = { address: "/ws/attendance/", lecture: null, onEvent() {}, onResync() {}, onState() {}, ...options };
    this.cursor = options.cursor ?? null;
    this.tries = 0;
    this.ended = false;
    this.soon = () => this.#connectNow();
    window.addEventListener("online", this.soon);
    document.addEventListener("visibilitychange", this.soon);
    this.#connect();
  }

  /** Stop listening for good. */
  close() {
    this.#end();
    this.socket?.close(1000);
  }

  #connect() {
    this.#say("connecting");
    const address = new URL(this.options.address, window.location.href);
    address.protocol = address.protocol.replace("http", "ws");
    if (this.cursor !== null) address.searchParams.set("cursor", this.cursor);
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => socket === this.socket && this.#hear(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => socket === this.socket && this.#lost(code));
  }

  #hear(message) {
    this.#expectMore();
    if (message.type === "ready") this.#ready(message.cursor);
    else if (message.type === "resync") this.#resync();
    else if (message.cursor > this.cursor) {
      this.cursor = message.cursor;
      this.options.onEvent(message);
    }
  }

  #ready(cursor) {
    this.readyAt = cursor;
    this.cursor ??= cursor;
    this.good = window.setTimeout(() => (this.tries = 0), GOOD_AFTER);
    if (this.options.lecture) this.#tell({ type: "subscribe", lecture: this.options.lecture });
    this.#say("live");
    if (this.changed) this.#resync();
    this.changed = false;
  }

  #resync() {
    this.cursor = this.readyAt;
    this.options.onResync();
  }

  // Silence is asked whether it is one; whoever doesn't answer is gone, whatever the browser believes.
  #expectMore() {
    window.clearTimeout(this.silence);
    this.silence = window.setTimeout(() => {
      this.#tell({ type: "ping" });
      this.silence = window.setTimeout(() => this.#abandon(), ANSWER_WITHIN);
    }, ASK_AFTER);
  }

  #abandon() {
    const socket = this.socket;
    this.#lost(1006);
    socket.close();
  }

  #lost(code) {
    window.clearTimeout(this.silence);
    window.clearTimeout(this.good);
    this.socket = null;
    if (this.ended) return;
    const letIn = this.readyAt !== undefined;
    this.readyAt = undefined;
    if (!letIn && (code === SIGNED_OUT || code === MAY_NOT)) {
      this.#end();
      return;
    }
    this.changed ||= code === RIGHTS_CHANGED;
    // Half of it by chance: after a restart of the server not everybody comes back at the same moment.
    const longest = Math.min(LONGEST_WAIT, 1000 * 2 ** this.tries);
    this.tries += 1;
    this.#say("waiting");
    this.again = window.setTimeout(() => this.#connect(), longest * (0.5 + Math.random() / 2));
  }

  #connectNow() {
    if (this.state !== "waiting" || document.hidden) return;
    window.clearTimeout(this.again);
    this.#connect();
  }

  #end() {
    this.ended = true;
    window.clearTimeout(this.again);
    window.removeEventListener("online", this.soon);
    document.removeEventListener("visibilitychange", this.soon);
    this.#say("ended");
  }

  #tell(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  #say(state) {
    this.state = state;
    this.options.onState(state);
  }
}

/** Begin to listen; see above. */
export function listen(options) {
  return new Live(options);
}

// Marks that are on their way: kept in the browser until the server has them, sent one after another in their order.

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;

/**
 * One person's unsent marks of one lecture. A step has `fields` (what the form would send), `kind` (whom and what it is
 * about) and `seen` (when the row was marked that one saw). Calls `on.sent(step, answer)`, `on.refused(step, answer)`
 * and `on.waiting(why)`, with "" when nothing waits any more.
 */
export class Outbox {
  #sending = false;
  #wait = FIRST_WAIT;
  #timer;

  constructor(by, lecture, on) {
    this.by = by;
    this.name = `marks:${by}:${lecture}`;
    this.address = window.location.pathname;
    this.on = on;
    this.steps = JSON.parse(window.localStorage.getItem(this.name) ?? "[]");
    window.addEventListener("online", () => this.sendSoon());
    document.addEventListener("visibilitychange", () => document.hidden || this.sendSoon());
  }

  /** Take a step; an unsent one of the same kind for the same participant is superseded by it. */
  put(step) {
    const inHand = this.#sending ? this.steps[0] : null;
    this.steps = this.steps.filter((old) => old === inHand || !step.kind || old.kind !== step.kind);
    this.steps.push(step);
    this.#keep();
    this.sendSoon();
  }

  /** Whether something about this participant is still on its way. */
  holds(participant) {
    return this.steps.some((step) => step.fields.some(([name, value]) => name === "participant" && value === participant));
  }

  /** Give up an unsent step. */
  drop(step) {
    this.steps = this.steps.filter((one) => one !== step);
    this.#keep();
  }

  sendSoon() {
    window.clearTimeout(this.#timer);
    this.#send();
  }

  async #send() {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.steps.length) {
        const step = this.steps[0];
        const [outcome, said] = await this.#hand(step);
        if (outcome === "later") {
          // What comes late is sent with what was seen at the time: a colleague's mark of meanwhile isn't overwritten.
          this.steps.forEach((one) => (one.waited = true));
          this.#keep();
          this.on.waiting(said);
          this.#timer = window.setTimeout(() => this.#send(), this.#wait);
          this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
          return;
        }
        this.#wait = FIRST_WAIT;
        this.drop(step);
        if (outcome === "sent") this.on.sent(step, said);
        else this.on.refused(step, said);
      }
      this.on.waiting("");
    } finally {
      this.#sending = false;
    }
  }

  // What becomes of one step: sent with the answer, refused with a sentence, or later with the reason.
  async #hand(step) {
    let answer;
    try {
      answer = await fetch(this.address, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": token() },
        body: new URLSearchParams([...step.fields, ["by", this.by], ...(step.waited && step.kind ? [["seen", step.seen]] : [])]),
      });
    } catch {
      return ["later", "network"];
    }
    if (answer.redirected || answer.status === 403) return ["later", "signed-out"];
    if (answer.status === 422) return ["refused", await answer.json()];
    if (!answer.ok) return answer.status >= 500 ? ["later", "server"] : ["refused", { refused: "" }];
    return ["sent", await answer.json()];
  }

  #keep() {
    if (this.steps.length) window.localStorage.setItem(this.name, JSON.stringify(this.steps));
    else window.localStorage.removeItem(this.name);
  }
}

// The cookie's, for it is new after somebody signed in again in another window.
function token() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie?.slice("csrftoken=".length) ?? document.querySelector("[name=csrfmiddlewaretoken]").value;
}

// The rows of a lecture's list: how one shows what is known of it, and what is said beneath it.

const PRESSED = { present: true, absent: false };

/** What the server said of each row last, for going back to when it refuses something. */
export function readRow(row) {
  return {
    participant: row.dataset.participant,
    present: { present: true, absent: false }[row.dataset.state] ?? null,
    rating: row.dataset.state === "present" ? row.querySelector("[data-rating] bdi").textContent.trim() : null,
    notes: row.querySelector("[name=notes]").value,
    at: row.dataset.at || null,
  };
}

/** Show a state as the server or a live event tells it; without `notes` these stay. */
export function paint(row, state, usual) {
  row.dataset.state = state.present === null ? "unmarked" : state.present ? "present" : "absent";
  // A row that was painted here is no longer what the server drew.
  delete row.dataset.stamp;
  for (const [name, present] of Object.entries(PRESSED)) {
    const button = row.querySelector(`.mark-choice [value=${name}]`);
    button.setAttribute("aria-pressed", String(state.present === present));
  }
  const rating = state.rating === null || state.rating === undefined ? null : plain(state.rating);
  row.querySelector("[data-rating] bdi").textContent = rating ?? "—";
  const field = row.querySelector("[name=rating]");
  if (field !== document.activeElement) field.value = rating ?? usual;
  for (const quick of row.querySelectorAll("[name=quick]"))
    quick.setAttribute("aria-pressed", String(quick.value === rating));
  if (state.notes === undefined) return;
  row.querySelector("[data-note-sign]").hidden = !state.notes;
  const notes = row.querySelector("[name=notes]");
  if (notes !== document.activeElement) notes.value = state.notes;
}

/** A sentence beneath the row: `sign` is the name of its icon, `tone` its colour. */
export function say(row, words, sign = "", tone = "") {
  const said = row.querySelector("[data-said]");
  said.dataset.tone = tone;
  said.replaceChildren();
  if (sign && words) {
    const icon = document.createElement("span");
    icon.className = "material-symbols-outlined";
    icon.ariaHidden = "true";
    icon.textContent = sign;
    said.append(icon);
  }
  said.append(words);
}

/** 8.5 and 10, not 8.50 and 10.00; what is no number stays as it was typed. */
export function plain(rating) {
  const number = Number(rating);
  return Number.isFinite(number) && rating !== "" ? String(number) : String(rating);
}

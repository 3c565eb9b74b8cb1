// A part of a page that the server shows anew: only what differs is replaced, so nothing jumps and nothing closes.

/** The page's part as the server shows it now; raises what `fetch` raises, and an Error when somebody must sign in. */
export async function freshPart(address = window.location.href) {
  const url = new URL(address);
  url.hash = "";
  url.searchParams.set("part", "1");
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.body;
}

/**
 * Bring a part in step. `[data-list]` holds rows that are told apart by their ids, anything else with an id is a piece.
 * A row with the same `data-stamp` (or the same text, where there is none) stays; so does one that `isKept`.
 */
export function merge(here, fresh, isKept = () => false) {
  for (const next of fresh.querySelectorAll("[data-list]")) {
    const list = here.querySelector(`[data-list="${next.dataset.list}"]`);
    if (list) mergeList(list, next, isKept);
  }
  for (const next of fresh.querySelectorAll("[data-piece]")) {
    const old = here.querySelector(`#${next.id}`);
    if (old && !isSame(old, next)) old.replaceWith(next);
  }
}

function mergeList(list, fresh, isKept) {
  const known = new Map(Array.from(list.children, (row) => [row.id, row]));
  const wanted = Array.from(fresh.children, (next) => chosen(known.get(next.id), next, isKept));
  let place = list.firstElementChild;
  for (const row of wanted) {
    if (row === place) place = place.nextElementSibling;
    else list.insertBefore(row, place);
  }
  while (place) {
    const gone = place;
    place = place.nextElementSibling;
    gone.remove();
  }
}

function chosen(old, next, isKept) {
  if (!old) return next;
  const open = old.querySelectorAll("details");
  next.querySelectorAll("details").forEach((one, index) => (one.open ||= open[index]?.open ?? false));
  return isKept(old) || isSame(old, next) ? old : next;
}

function isSame(old, next) {
  const [stamp, fresh] = [old.dataset.stamp, next.dataset.stamp];
  return fresh ? stamp === fresh : old.outerHTML === next.outerHTML;
}

// The page of a person's exports: shows how far each is, and fetches the list anew when one has ended.
const said = document.querySelector("[data-export-said]");

async function look(row) {
  const answer = await fetch(row.dataset.url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const state = await answer.json();
  if (state.status !== row.dataset.status) return true;
  const bar = row.querySelector("progress");
  if (state.total !== null) {
    bar.max = Math.max(state.total, 1);
    bar.value = state.done;
    row.querySelector("[data-total]").textContent = state.total.toLocaleString("en");
  }
  row.querySelector("[data-done]").textContent = state.done.toLocaleString("en");
  return false;
}

async function fetchList() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const came = page.getElementById("exports");
  const there = document.getElementById("exports");
  const before = there.querySelectorAll('[data-status="done"]').length;
  there.replaceWith(document.adoptNode(came));
  if (came.querySelectorAll('[data-status="done"]').length > before) said.textContent = came.dataset.ready;
}

async function ask() {
  const rows = [...document.querySelectorAll("#exports [data-url]")];
  if (!rows.length) return;
  try {
    const changed = await Promise.all(rows.map(look));
    if (changed.includes(true)) await fetchList();
  } catch {
    // The server is away for a moment: ask again.
  }
  window.setTimeout(ask, 1000);
}

window.setTimeout(ask, 500);

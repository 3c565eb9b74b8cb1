// The page of a sheet that is being read or imported: asks how far the worker is, and shows the result when it is done.
const section = document.getElementById("import-progress");
const bar = section.querySelector("progress");
const done = section.querySelector("[data-done]");
const lines = section.querySelector("[data-lines]");

async function ask() {
  try {
    const answer = await fetch(section.dataset.url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const state = await answer.json();
    if (state.status !== section.dataset.status) {
      window.location.reload();
      return;
    }
    bar.max = Math.max(state.lines, 1);
    bar.value = state.done;
    done.textContent = state.done;
    lines.textContent = state.lines;
  } catch {
    // The server is away for a moment: ask again.
  }
  window.setTimeout(ask, 1000);
}

window.setTimeout(ask, 1000);

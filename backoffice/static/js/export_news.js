// While somebody waits for an export: asks on any page of the admin whether it is ready, and shows the notice.
const place = document.getElementById("export-news");
let pause = 3000;

async function ask() {
  try {
    const answer = await fetch(place.dataset.url, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const text = await answer.text();
    const came = new DOMParser().parseFromString(text, "text/html").querySelector("[data-waits]");
    if (!came) return;
    for (const field of came.querySelectorAll("[data-here]")) field.value = location.pathname + location.search;
    // Drawn anew only when it says something else: nothing is read aloud twice, and no button goes from under a finger.
    if (came.querySelectorAll("li").length !== place.querySelectorAll("li").length) place.replaceChildren(came);
    if (came.dataset.waits === "0") return;
  } catch {
    // The server is away for a moment: ask again.
  }
  pause = Math.min(pause * 1.2, 15000);
  window.setTimeout(ask, pause);
}

window.setTimeout(ask, pause);

// A report's page: fetches the sums that take long after the first rows are there, and draws its chart.
import { drawAll } from "./charts.js";

async function fetchFigures(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const name of ["report-chart", "report-totals", "report-pages"]) {
    const [came, there] = [page.getElementById(name), document.getElementById(name)];
    if (came && there) there.replaceWith(document.adoptNode(came));
  }
}

const later = document.querySelector("[data-figures]");
if (later) {
  try {
    await fetchFigures(later.dataset.figures);
  } catch {
    for (const one of document.querySelectorAll(".report-waiting")) one.textContent = "—";
  }
}
drawAll();

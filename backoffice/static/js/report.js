// A report's page: draws its chart, and fetches the sums that take long after the first rows are there.
const style = getComputedStyle(document.documentElement);
const colour = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
const isDark = document.documentElement.classList.contains("dark");
const isRightToLeft = document.documentElement.dir === "rtl";
const series = [colour("--color-primary-600", "#0f7764"), "#d97706", "#2563eb", "#9333ea", "#be123c", "#57503f"];

function draw() {
  for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
    const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    const ink = isDark ? colour("--color-base-200", "#e7e0d5") : colour("--color-base-600", "#57503f");
    const line = isDark ? "rgb(255 255 255 / 0.12)" : "rgb(0 0 0 / 0.08)";
    const isRound = data.kind === "doughnut";
    const font = { family: style.getPropertyValue("--font-sans") || "sans-serif", size: 13 };
    const wanted = new Intl.NumberFormat("en");
    new window.Chart(canvas, {
      type: data.kind,
      data: {
        labels: data.labels,
        datasets: data.series.map((one, place) => ({
          label: one.label,
          data: one.values,
          backgroundColor: isRound ? series : series[place % series.length],
          borderColor: isRound ? undefined : series[place % series.length],
          borderRadius: data.kind === "bar" ? 4 : 0,
          maxBarThickness: 48,
        })),
      },
      options: {
        responsive: true,
        maintainAspectRatio: false,
        animation: false,
        locale: "en",
        font,
        plugins: {
          legend: { display: isRound || data.series.length > 1, rtl: isRightToLeft, labels: { color: ink, font } },
          tooltip: { rtl: isRightToLeft, textDirection: isRightToLeft ? "rtl" : "ltr", titleFont: font, bodyFont: font },
        },
        scales: isRound
          ? {}
          : {
              x: { reverse: isRightToLeft, ticks: { color: ink, font }, grid: { display: false } },
              y: {
                beginAtZero: true,
                position: isRightToLeft ? "right" : "left",
                ticks: { color: ink, font, callback: (value) => wanted.format(value) },
                grid: { color: line },
              },
            },
      },
    });
  }
}

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
if (window.Chart) {
  await document.fonts.ready;
  draw();
}

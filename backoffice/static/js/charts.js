// Draws every chart of a page from the data that stands in it: right to left where the page is, never with cut names.
const page = document.documentElement;
const style = getComputedStyle(page);
const colour = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
const isRightToLeft = page.dir === "rtl";
const isDark = () => page.classList.contains("dark");
// Each at least 3:1 on the page's ground, in either theme.
const LIGHT = ["#0f7764", "#b45309", "#1d4ed8", "#7e22ce", "#be123c", "#57503f"];
const DARK = ["#48b398", "#f59e0b", "#60a5fa", "#c084fc", "#fb7185", "#d5cbbb"];
const NARROW = 560;
const SHORT = 10;
const LINE = 20;
const drawn = new Map();

// A name in lines of so many letters; a word that is longer stays whole.
function inLines(words, letters) {
  const lines = [];
  for (const word of String(words).split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const longest = (labels) => Math.max(0, ...labels.map((label) => String(label).length));

// Bars lie where the chart says so, or where the page is narrow and the names are long: days are short and may be left out.
function liesAcross(data, width) {
  return data.kind === "bar" && (data.across || (width < NARROW && longest(data.labels) > SHORT));
}

function scalesOf(data, look, across, width) {
  const { ink, line, font } = look;
  const numbers = new Intl.NumberFormat("en");
  const unit = data.unit || "";
  const letters = across ? Math.max(12, Math.floor(width / 24)) : Math.max(8, Math.floor(width / data.labels.length / 8));
  const names = {
    reverse: !across && isRightToLeft,
    position: across ? (isRightToLeft ? "right" : "left") : "bottom",
    ticks: {
      color: ink,
      font,
      autoSkip: !across,
      maxRotation: across ? 0 : 60,
      callback(value) {
        return inLines(this.getLabelForValue(value), letters);
      },
    },
    grid: { display: false },
  };
  const amounts = {
    beginAtZero: true,
    max: data.most,
    reverse: across && isRightToLeft,
    position: across ? "bottom" : isRightToLeft ? "right" : "left",
    ticks: { color: ink, font, maxRotation: 0, maxTicksLimit: width < NARROW ? 5 : 9, callback: (value) => numbers.format(value) + unit },
    grid: { color: line },
  };
  return across ? { x: amounts, y: names } : { x: names, y: amounts };
}

function draw(canvas) {
  drawn.get(canvas)?.destroy();
  const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  const box = canvas.parentElement;
  const width = box.clientWidth;
  const series = isDark() ? DARK : LIGHT;
  const look = {
    ink: isDark() ? colour("--color-base-200", "#e7e0d5") : colour("--color-base-600", "#57503f"),
    line: isDark() ? "rgb(255 255 255 / 0.12)" : "rgb(0 0 0 / 0.08)",
    font: { family: style.getPropertyValue("--font-sans") || "sans-serif", size: 13 },
  };
  const isRound = data.kind === "doughnut";
  const across = liesAcross(data, width);
  const letters = Math.max(12, Math.floor(width / 24));
  // Lying bars need a line for each line of their names; so the box grows with them.
  if (across) {
    const lines = data.labels.reduce((sum, label) => sum + Math.max(inLines(label, letters).length, data.series.length), 0);
    box.style.blockSize = `${Math.max(160, 48 + (data.series.length > 1 ? 32 : 0) + lines * LINE + data.labels.length * 10)}px`;
  } else box.style.blockSize = "";
  const chart = new window.Chart(canvas, {
    type: data.kind,
    data: {
      labels: data.labels,
      datasets: data.series.map((one, place) => ({
        label: one.label,
        data: one.values,
        backgroundColor: isRound ? series : series[place % series.length],
        borderColor: isRound ? undefined : series[place % series.length],
        borderRadius: data.kind === "bar" ? 4 : 0,
        maxBarThickness: across ? 18 : 48,
      })),
    },
    options: {
      indexAxis: across ? "y" : "x",
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      locale: "en",
      font: look.font,
      plugins: {
        legend: { display: isRound || data.series.length > 1, rtl: isRightToLeft, labels: { color: look.ink, font: look.font } },
        tooltip: {
          rtl: isRightToLeft,
          textDirection: isRightToLeft ? "rtl" : "ltr",
          titleFont: look.font,
          bodyFont: look.font,
        },
      },
      scales: isRound ? {} : scalesOf(data, look, across, width),
    },
  });
  drawn.set(canvas, chart);
  canvas.dataset.drawn = across ? "across" : "upright";
}

/** Draws what isn't drawn yet, and all of it anew. */
export function drawAll() {
  if (!window.Chart) return;
  for (const canvas of document.querySelectorAll("canvas[data-chart]")) draw(canvas);
}

await document.fonts.ready;
drawAll();
// The theme's button changes a class of the page; a phone that is turned changes which way the bars lie.
new MutationObserver(drawAll).observe(page, { attributes: true, attributeFilter: ["class"] });
let wasNarrow = window.innerWidth < 720;
window.addEventListener("resize", () => {
  const isNarrow = window.innerWidth < 720;
  if (isNarrow !== wasNarrow) drawAll();
  wasNarrow = isNarrow;
});

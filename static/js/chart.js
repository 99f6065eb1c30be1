// Draws the bills of an account from their table, which stays for whoever would rather read it:
//   <figure data-chart data-money="Bill" data-usage="Use" data-unit="kWh">
//     <div class="plot"></div> … <tr data-on="unix seconds" data-money="213.40" data-usage="812">
// Without this script, or without uPlot, the table is all there is.

const HEIGHT = 132; // px
const figures = new Map(); // figure -> its plot
const dark = matchMedia("(prefers-color-scheme: dark)");

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const language = document.documentElement.lang || "en";
const month = new Intl.DateTimeFormat(language, { month: "narrow" });
const day = new Intl.DateTimeFormat(language, { year: "numeric", month: "short", day: "numeric" });
const dollars = new Intl.NumberFormat(language, { style: "currency", currency: "USD" });
const whole = new Intl.NumberFormat(language, { style: "currency", currency: "USD", maximumFractionDigits: 0 });
const units = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

function read(figure) {
  const rows = [...figure.querySelectorAll("tr[data-on]")].reverse(); // oldest first
  const value = (row, name) => (row.dataset[name] === undefined ? null : Number(row.dataset[name]));
  return ["on", "money", "usage"].map((name) => rows.map((row) => value(row, name)));
}

function wide(figure) {
  const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(figure);
  return Math.max(figure.clientWidth - Number.parseFloat(paddingInlineStart) - Number.parseFloat(paddingInlineEnd), 120);
}

function draw(figure) {
  if (!window.uPlot) return;
  figures.get(figure)?.destroy();
  const [on, money, usage] = read(figure);
  const place = on.map((_, at) => at); // bills stand side by side, whatever their days
  const measured = usage.some((one) => one !== null);
  const plot = figure.querySelector(".plot");
  const [bar, last, line, quiet, rule] = ["--line-2", "--accent", "--aside", "--text-3", "--line"].map(token);
  const label = figure.querySelector("figcaption")?.cloneNode(true).textContent ?? "";
  const said = document.createElement("p");
  said.className = "reading";
  plot.replaceChildren();
  const size = () => ({ width: wide(figure), height: HEIGHT });
  const bars = (upto) => ({ paths: window.uPlot.paths.bars({ size: [0.66, 26], radius: 0.16 }), points: { show: false }, ...upto });
  const axis = { stroke: quiet, grid: { show: false }, ticks: { show: false }, font: "11px system-ui" };
  const series = [
    {},
    bars({ fill: bar, stroke: bar, width: 0 }),
    bars({ fill: last, stroke: last, width: 0 }),
  ];
  const columns = [place, money.map((one, at) => (at < money.length - 1 ? one : null)), money.map((one, at) => (at === money.length - 1 ? one : null))];
  if (measured) {
    series.push({ scale: "use", stroke: line, width: 1.75, points: { show: false }, spanGaps: true });
    columns.push(usage);
  }
  const drawn = new window.uPlot({
    ...size(),
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false }, points: { show: false } },
    scales: { x: { time: false, range: [-0.6, place.length - 0.4] }, y: { range: (_, least, most) => [Math.min(least, 0), Math.max(most, 1) * 1.08] }, use: { range: (_, _least, most) => [0, Math.max(most, 1) * 1.25] } },
    axes: [
      { ...axis, size: 20, gap: 2, incrs: [1, 2, 3, 6], values: (_, at) => at.map((one) => (on[one] === undefined ? "" : month.format(on[one] * 1000))) },
      { ...axis, size: 38, gap: 4, splits: (chart) => [0, chart.scales.y.max / 2.16, chart.scales.y.max / 1.08], grid: { show: true, stroke: rule, width: 1 }, values: (_, at) => at.map((one) => whole.format(one)) },
    ],
    series,
    hooks: {
      setCursor: [(chart) => {
        const at = chart.cursor.idx;
        const unit = figure.dataset.unit;
        const used = at !== null && at !== undefined && usage[at] !== null ? ` · ${units.format(usage[at])} ${unit}` : "";
        said.textContent = at === null || at === undefined ? "" : `${day.format(on[at] * 1000)} · ${dollars.format(money[at])}${used}`;
      }],
    },
  }, columns, plot);
  plot.append(said);
  plot.title = label;
  figures.set(figure, drawn);
}

function sweep() {
  for (const [figure, plot] of figures) {
    if (figure.isConnected) continue;
    plot.destroy();
    figures.delete(figure);
  }
}

function drawAll(root = document) {
  sweep();
  for (const figure of root.querySelectorAll?.("[data-chart]") ?? []) {
    if (!figures.has(figure)) draw(figure);
  }
}

let resizing = 0;
addEventListener("resize", () => {
  cancelAnimationFrame(resizing);
  resizing = requestAnimationFrame(() => {
    sweep();
    for (const [figure, plot] of figures) plot.setSize({ width: wide(figure), height: HEIGHT });
  });
});
dark.addEventListener("change", () => { for (const figure of [...figures.keys()]) draw(figure); });
document.body.addEventListener("htmx:load", (event) => drawAll(event.target));
document.addEventListener("hub:refreshed", () => drawAll());
drawAll();

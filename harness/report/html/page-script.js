// Reading values from a chart by pointer or keyboard. Without this script charts are complete.
"use strict";

const bubble = document.createElement("output");
bubble.className = "reading";
bubble.hidden = true;
document.body.append(bubble);

for (const chart of document.querySelectorAll("svg[data-box]")) watch(chart);
// A table wider than the screen must be reachable, to be scrolled by keyboard.
for (const box of document.querySelectorAll(".scroll")) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
}
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});

function watch(chart) {
  const [left, right, top, bottom] = chart.dataset.box.split(" ").map(Number);
  const phases = JSON.parse(chart.dataset.phases);
  const lines = [...chart.querySelectorAll("path[data-label]:not(.faint)")].map((path) => ({
    path,
    points: pointsOf(path.getAttribute("d")),
  }));
  // The bubble names the phase; the browser's own tooltip would only lie over it.
  for (const title of chart.querySelectorAll("rect > title")) title.remove();
  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "path");
  cursor.setAttribute("class", "cursor");
  chart.append(cursor);
  let at = left;

  const show = (x) => {
    at = Math.min(right, Math.max(left, x));
    cursor.setAttribute("d", `M${at} ${top}V${bottom}`);
    const ms = ((at - left) / (right - left)) * chart.dataset.end;
    const rows = lines.flatMap(({ path, points }) => {
      const y = highestNear(points, at);
      if (y === undefined) return [];
      const value = ((bottom - y) / (bottom - top)) * chart.dataset.top;
      return [row(path, textOf(value, chart.dataset.unit))];
    });
    const phase = phases.findLast(([, from]) => from <= ms)?.[0] ?? "";
    bubble.replaceChildren(line(`${(ms / 1000).toFixed(1)} s, ${phase}`), ...rows);
    place(chart, at, top);
  };
  const hide = () => {
    bubble.hidden = true;
    cursor.removeAttribute("d");
  };

  chart.tabIndex = 0;
  chart.addEventListener("pointermove", (event) => show(toChart(chart, event)));
  chart.addEventListener("pointerdown", (event) => show(toChart(chart, event)));
  chart.addEventListener("pointerleave", hide);
  chart.addEventListener("focus", () => chart.matches(":focus-visible") && show(at));
  chart.addEventListener("blur", hide);
  chart.addEventListener("keydown", (event) => {
    const step = (right - left) / (event.shiftKey ? 10 : 100);
    const moves = { ArrowLeft: at - step, ArrowRight: at + step, Home: left, End: right };
    if (event.key === "Escape") return hide();
    if (!(event.key in moves)) return;
    event.preventDefault();
    show(moves[event.key]);
  });
}

/** A path of M, l, h and v as a list of points; a gap starts a new stretch. */
function pointsOf(path) {
  const points = [];
  let x = 0;
  let y = 0;
  for (const [, letter, numbers] of path.matchAll(/([Mlhv])([^Mlhv]*)/g)) {
    const [a, b] = (numbers.match(/-?[\d.]+/g) ?? []).map(Number);
    if (letter === "M") [x, y] = [a, b];
    if (letter === "l") [x, y] = [x + a, y + b];
    if (letter === "h") x += a;
    if (letter === "v") y += a;
    points.push({ x, y, starts: letter === "M" });
  }
  return points;
}

/** The highest point within a pixel (a spike is what one looks for), else the line between two. */
function highestNear(points, at) {
  const near = points.filter(({ x }) => Math.abs(x - at) <= 1.5);
  if (near.length > 0) return Math.min(...near.map(({ y }) => y));
  const next = points.findIndex(({ x }) => x > at);
  const [a, b] = [points[next - 1], points[next]];
  if (!a || !b || b.starts) return undefined;
  return a.y + ((at - a.x) / (b.x - a.x)) * (b.y - a.y);
}

function textOf(value, unit) {
  const three = (number) => {
    if (number >= 1e15) return number.toExponential(2);
    return number >= 100
      ? Math.round(number).toLocaleString("en-US")
      : String(Number(number.toPrecision(3)));
  };
  if (unit === "1") return three(Math.round(value * 10) / 10);
  if (unit !== "B") return `${three(value)} ${unit}`;
  return value < 1024 ** 2 ? `${three(value / 1024)} KiB` : `${three(value / 1024 ** 2)} MiB`;
}

function row(path, value) {
  const name = document.createElement("span");
  name.className = path.getAttribute("class").split(" ")[1];
  name.textContent = path.dataset.label;
  const number = document.createElement("b");
  number.textContent = value;
  const all = document.createElement("div");
  all.append(name, number);
  return all;
}

function line(text) {
  const element = document.createElement("div");
  element.textContent = text;
  return element;
}

function place(chart, x, y) {
  bubble.hidden = false;
  const spot = new DOMPoint(x, y).matrixTransform(chart.getScreenCTM());
  const room = document.documentElement.clientWidth - bubble.offsetWidth - 8;
  const wanted = spot.x + 14 > room ? spot.x - bubble.offsetWidth - 14 : spot.x + 14;
  bubble.style.left = `${scrollX + Math.max(8, wanted)}px`;
  bubble.style.top = `${scrollY + spot.y + 8}px`;
}

function toChart(chart, { clientX, clientY }) {
  return new DOMPoint(clientX, clientY).matrixTransform(chart.getScreenCTM().inverse()).x;
}

// Asks for the live part again and again, and draws each stage's last minutes.
"use strict";
(() => {
  const EVERY = 1500;
  const LONGEST = 120;
  const live = document.getElementById("live");
  const stale = document.getElementById("stale");
  const history = new Map();

  function spark(cell) {
    const values = history.get(cell.dataset.stage) ?? [];
    values.push(Number(cell.dataset.value));
    if (values.length > LONGEST) values.shift();
    history.set(cell.dataset.stage, values);
    const top = Math.max(1, ...values);
    const points = values.map((value, at) => `${(at * 100) / Math.max(1, LONGEST - 1)},${19 - (18 * value) / top}`);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 100 20");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `at most ${top.toFixed(1)} records a second`);
    const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    line.setAttribute("points", points.join(" "));
    svg.append(line);
    cell.replaceChildren(svg);
  }

  function draw() { live.querySelectorAll(".spark").forEach(spark); }

  async function again() {
    try {
      const answer = await fetch(live.dataset.again, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const focused = live.contains(document.activeElement);
      if (!focused) {
        live.innerHTML = await answer.text();
        draw();
      }
      stale.textContent = "";
    } catch {
      stale.textContent = stale.dataset.stale;
    }
    setTimeout(again, document.hidden ? 4 * EVERY : EVERY);
  }

  draw();
  setTimeout(again, EVERY);
})();

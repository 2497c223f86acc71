// A chart whose bars or points are links is one stop of the Tab key: arrow keys lead from one to the
// next.

const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, Home: -Infinity, End: Infinity };

for (const chart of document.querySelectorAll("[data-points]")) {
  const points = [...chart.querySelectorAll("a")];

  const select = (point) => {
    for (const other of points) {
      other.setAttribute("tabindex", other === point ? "0" : "-1");
    }
  };

  select(points[0]);
  chart.addEventListener("keydown", (event) => {
    const place = points.indexOf(event.target);
    if (!Object.hasOwn(STEPS, event.key) || place < 0 || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    const next = points[Math.min(Math.max(place + STEPS[event.key], 0), points.length - 1)];
    select(next);
    next.focus();
  });
}

// A table of years is as wide as they are many: begin with the latest.
for (const table of document.querySelectorAll("[data-latest]")) {
  table.scrollLeft = table.scrollWidth;
}

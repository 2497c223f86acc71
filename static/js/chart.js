// A chart or table whose bars, points or cells are links is one stop of the Tab key: arrow keys lead
// from one to the next, and in a table also to the row above or below.

const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, Home: -Infinity, End: Infinity };
const ROWS = { ArrowUp: -1, ArrowDown: 1 };

const part = (link) => new URL(link.href).pathname.split("/").at(-2);

// The squares of a matrix are thousands, so the page does not send their links: the address of a
// square is that of its row or column, followed by the part that names the other.
for (const matrix of document.querySelectorAll("[data-cells]")) {
  const [heads, ...rows] = [...matrix.querySelectorAll("thead tr, tbody tr")];
  const columns = [...heads.cells].map((cell) => cell.querySelector("a"));
  const parts = columns.map((link) => link && part(link));
  for (const row of rows) {
    const head = row.cells[0].querySelector("a");
    for (const cell of row.querySelectorAll("td:not(.sum, :empty)")) {
      const link = document.createElement("a");
      const place = cell.cellIndex;
      link.href = matrix.dataset.cells === "row"
        ? `${head.getAttribute("href")}${parts[place]}/`
        : `${columns[place].getAttribute("href")}${part(head)}/`;
      link.textContent = cell.textContent;
      cell.replaceChildren(link);
    }
  }
}

// the next row with a link in the column of a cell
function inNextRow(cell, step) {
  const rows = [...cell.closest("table").rows];
  let row = rows[cell.parentElement.rowIndex + step];
  while (row && !row.cells[cell.cellIndex]?.querySelector("a")) row = rows[row.rowIndex + step];
  return row?.cells[cell.cellIndex].querySelector("a");
}

for (const chart of document.querySelectorAll("[data-points]")) {
  const points = [...chart.querySelectorAll("a")];
  let selected;

  const select = (point) => {
    selected?.setAttribute("tabindex", "-1");
    point.setAttribute("tabindex", "0");
    selected = point;
  };

  for (const point of points) point.setAttribute("tabindex", "-1");
  if (points.length > 0) select(points[0]);
  chart.addEventListener("keydown", (event) => {
    const place = points.indexOf(event.target);
    if (!Object.hasOwn(STEPS, event.key) || place < 0 || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    const cell = event.target.closest("td, th");
    const next = cell && Object.hasOwn(ROWS, event.key)
      ? inNextRow(cell, ROWS[event.key])
      : points[Math.min(Math.max(place + STEPS[event.key], 0), points.length - 1)];
    if (!next) return;
    select(next);
    next.focus();
  });
}

// A table of years is as wide as they are many: begin with the latest.
for (const table of document.querySelectorAll("[data-latest]")) {
  table.scrollLeft = table.scrollWidth;
}

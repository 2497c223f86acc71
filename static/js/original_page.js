// Shows the page of the original beside the text, where there is room; elsewhere, and without
// scripts, the links lead to a page of its own. The texts come from data attributes.

const roomy = matchMedia("(min-width: 64rem)");
const texts = document.querySelector("[data-page-close]")?.dataset;
let shown = null;

function close() {
  shown?.figure.remove();
  shown?.link.focus();
  shown = null;
}

function show(link) {
  shown?.figure.remove();
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const button = document.createElement("button");
  const image = document.createElement("img");
  figure.className = "page-beside";
  button.type = "button";
  button.className = "copy";
  button.textContent = texts.pageClose;
  button.addEventListener("click", close);
  image.src = link.dataset.image;
  image.alt = link.textContent.trim();
  image.addEventListener("error", () => { location.assign(link.href); });
  caption.append(link.textContent.trim(), button);
  figure.append(caption, image);
  link.closest(".paragraph").after(figure);
  shown = { figure, link };
  button.focus();
}

if (texts) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-image]");
    if (!link || !roomy.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
}

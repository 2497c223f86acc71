// Adds a button that copies the citation of a speech. If a paragraph is selected by its number, the
// citation becomes that of the paragraph. The texts come from data attributes.

const citation = document.querySelector("[data-copy]");

if (citation && navigator.clipboard) {
  const speechCitation = citation.textContent;
  const button = document.createElement("button");
  const status = document.createElement("span");
  button.type = "button";
  button.className = "copy";
  button.textContent = citation.dataset.copy;
  button.setAttribute("aria-label", citation.dataset.copyLabel);
  status.setAttribute("role", "status");
  status.className = "hint";
  citation.after(button, status);

  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(citation.textContent);
      status.textContent = citation.dataset.copied;
    } catch {
      status.textContent = citation.dataset.copyFailed;
    }
  });

  const showCitation = () => {
    const anchors = [...document.querySelectorAll(".anchor")];
    const selected = anchors.find((anchor) => anchor.hash === location.hash);
    citation.textContent = selected?.dataset.cite ?? speechCitation;
    status.textContent = "";
  };
  addEventListener("hashchange", showCitation);
  showCitation();
}

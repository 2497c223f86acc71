// Adds a button that copies the citation of a speech. If a paragraph is selected by its number, or a
// sentence by a click, the citation becomes that of the paragraph or sentence, and so does the
// quotation to share. The texts come from data attributes, as does the address, to which the anchor
// is added.

const citation = document.querySelector("[data-copy]");

if (citation && navigator.clipboard) {
  const share = document.querySelector("[data-share]");
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
    const [fragment, paragraph, sentence] = /^#(p\d+)(?:s(\d+))?$/.exec(location.hash) ?? [];
    const anchor = paragraph && document.querySelector(`#${paragraph} > .anchor`);
    const words = anchor?.dataset.cite;
    const place = sentence ? `, sentence ${sentence}` : "";
    citation.textContent = words
      ? `${words}${place}, ${citation.dataset.address}${fragment}`
      : speechCitation;
    status.textContent = "";
    if (share && anchor?.parentElement.classList.contains("speech")) {
      share.href = share.href.replace(/[^/]+\/$/, `${location.hash.slice(1)}/`);
    }
  };

  document.querySelector("[data-sentences]")?.removeAttribute("hidden");
  document.querySelector("main").addEventListener("click", (event) => {
    const sentence = event.target.closest("p > span[id]");
    if (!sentence || event.target.closest("a") || !getSelection().isCollapsed) {
      return;
    }
    const top = scrollY;
    location.replace(`#${sentence.id}`);
    scrollTo({ top, behavior: "instant" });
  });
  addEventListener("hashchange", showCitation);
  showCitation();
}

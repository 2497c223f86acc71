// Adds buttons that copy the citation of a speech, and words of it with their citation. If a paragraph
// is selected by its number, or a sentence by a click, the citation becomes that of the paragraph or
// sentence, and so does the quotation to share. The key "c" copies, too. The texts come from data
// attributes, as does the address, to which the anchor is added; selected words are named by a text
// fragment behind it, https://wicg.github.io/scroll-to-text-fragment/.

// A browser that does not know text fragments takes one for a part of the anchor.
const [anchor, directive] = location.hash.split(":~:");
if (directive !== undefined) location.replace(anchor || "#");

const citation = document.querySelector("[data-copy]");

if (citation && navigator.clipboard) {
  const { dataset } = citation;
  const share = document.querySelector("[data-share]");
  const speechCitation = citation.textContent;
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.className = "hint";

  const addButton = (text, label) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = text;
    if (label) button.setAttribute("aria-label", label);
    status.isConnected ? status.before(button) : citation.after(button, status);
    return button;
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      status.textContent = dataset.copied;
    } catch {
      status.textContent = dataset.copyFailed;
    }
  };

  // Words as a part of a text fragment, in which "-", "," and "&" separate; brackets and quotation
  // marks would end a link in running text.
  const encode = (words) => encodeURIComponent(words)
    .replace(/[-!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

  // The text fragment of selected words: all of them, or the first and the last if they are many;
  // "" if the same words stand elsewhere, since a browser goes to the first place that has them.
  const FEW = 10, ENDS = 4;
  const fragment = (selection, range) => {
    const lines = String(selection).split("\n").map((line) => line.trim()).filter(Boolean);
    if (!lines.length) return "";
    lines[0] = letters(range.startContainer, range.startOffset, -1) + lines[0];
    lines.push(lines.pop() + letters(range.endContainer, range.endOffset, 1));
    const page = document.body.innerText.replace(/\s+/g, " ").toLowerCase();
    const isUnique = (words) => page.split(words.toLowerCase()).length === 2;
    const first = lines[0].split(/\s+/), last = lines.at(-1).split(/\s+/);
    const parts = lines.length === 1 && first.length <= FEW
      ? [first.join(" ")]
      : [first.slice(0, ENDS).join(" "), last.slice(-ENDS).join(" ")];
    return parts.every(isUnique) ? `:~:text=${parts.map(encode).join(",")}` : "";
  };

  // The letters that complete a word at an end of a selection, since a text fragment has whole words.
  const LETTERS = [/[\p{L}\p{N}\p{M}]+$/u, /^[\p{L}\p{N}\p{M}]+/u];
  const letters = ({ data = "" }, place, direction) => {
    const [before, after] = [LETTERS[0].exec(data.slice(0, place)), LETTERS[1].exec(data.slice(place))];
    if (!before || !after) return "";
    return direction < 0 ? before[0] : after[0];
  };

  // the citation of a paragraph, or of a sentence of it; that of the speech for anything else
  const cite = (place, words = "") => {
    const cited = place?.closest(".paragraph")?.querySelector(":scope > .anchor")?.dataset.cite;
    if (!cited) return speechCitation;
    const sentence = /s(\d+)$/.exec(place.id);
    return `${cited}${sentence ? `, sentence ${sentence[1]}` : ""}, ${dataset.address}#${place.id}${words}`;
  };

  // the words selected in the speech; without any, those of the paragraph or sentence in the address
  const quotation = () => {
    const selection = getSelection();
    const text = document.querySelector(".spoken");
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    if (range && !range.collapsed && text.contains(range.startContainer) && text.contains(range.endContainer)) {
      const start = range.startContainer.parentElement;
      const place = start.closest("p > span[id]") ?? start.closest(".paragraph");
      return [String(selection), place, fragment(selection, range)];
    }
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!target || !text.contains(target)) return null;
    const words = target.matches(".paragraph") ? target.querySelector("p") : target;
    return [words?.textContent ?? "", target, ""];
  };

  const copyCitation = () => copy(citation.textContent);
  const copyQuotation = () => {
    const found = quotation();
    if (!found) {
      status.textContent = dataset.quotationHint;
      return;
    }
    const [words, place, named] = found;
    copy(`“${words.trim().replace(/\s+/g, " ")}” (${cite(place, named)})`);
  };

  addButton(dataset.copy, dataset.copyLabel).addEventListener("click", copyCitation);
  const quote = addButton(dataset.copyQuotation);
  // a click would move the selection
  quote.addEventListener("pointerdown", (event) => event.preventDefault());
  quote.addEventListener("click", copyQuotation);
  addEventListener("copy-key", () => (quotation() ? copyQuotation() : copyCitation()));

  const showCitation = () => {
    const place = document.getElementById(location.hash.slice(1));
    citation.textContent = cite(place);
    status.textContent = "";
    if (share && place?.closest(".paragraph.speech")) {
      share.href = share.href.replace(/[^/]+\/$/, `${place.id}/`);
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

// Adds what a page without scripts does not need: a button that copies a citation, which
// becomes that of the one paragraph whose number the reader chooses.

const citation = document.querySelector("[data-copy]");

if (citation && navigator.clipboard) {
  const whole = citation.textContent;
  const button = document.createElement("button");
  const status = document.createElement("span");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy the citation");
  status.setAttribute("role", "status");
  status.className = "hint";
  citation.after(button, status);

  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(citation.textContent);
      status.textContent = "Copied.";
    } catch {
      status.textContent = "Your browser did not allow it; please select the text.";
    }
  });

  const follow = () => {
    const anchors = [...document.querySelectorAll(".anchor")];
    const chosen = anchors.find((anchor) => anchor.hash === location.hash);
    citation.textContent = chosen?.dataset.cite ?? whole;
    status.textContent = "";
  };
  addEventListener("hashchange", follow);
  follow();
}

// Parts of Django's administration that have no accessible name are given one: boxes that search
// as one types (Select2) the name of the field they stand for, empty headings of columns a text.
(() => {
  "use strict";

  const nameOf = (select) => {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    return label
      ? label.textContent.trim().replace(/:$/, "")
      : select.getAttribute("aria-label") || select.name;
  };

  const nameBox = (select, box) => {
    const named = '[role="combobox"], [role="textbox"], .select2-search__field';
    for (const part of box.querySelectorAll(named)) {
      if (part.getAttribute("aria-label")) continue;
      part.setAttribute("aria-label", nameOf(select));
      // what is chosen is read out with it, where something is
      const chosen = part.querySelector(".select2-selection__rendered")?.id;
      if (chosen && part.textContent.trim()) {
        part.id ||= `${select.id}-box`;
        part.setAttribute("aria-labelledby", `${part.id} ${chosen}`);
      }
    }
    // its list of what is chosen holds other things than items
    for (const part of box.querySelectorAll("ul.select2-selection__rendered, ul > li")) {
      if (part.getAttribute("role") !== "none") part.setAttribute("role", "none");
    }
  };

  const nameAll = () => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const box = select.nextElementSibling;
      if (box?.classList.contains("select2")) nameBox(select, box);
    }
    for (const heading of document.querySelectorAll("th.original:empty")) {
      const text = document.createElement("span");
      text.className = "visually-hidden";
      text.textContent = "Stored";
      heading.append(text);
    }
  };

  addEventListener("DOMContentLoaded", () => {
    nameAll();
    // boxes are made by other scripts, and made anew when something is chosen
    new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
    // the field to type into is made when a box is opened
    window.django?.jQuery(document).on("select2:open", (event) => {
      for (const part of document.querySelectorAll(
        ".select2-container--open .select2-search__field, .select2-results__options",
      )) {
        part.setAttribute("aria-label", nameOf(event.target));
      }
    });
  });
})();

// Adds missing accessible names to Django's admin: the label of the field to autocomplete boxes
// (Select2), and a text to empty column headings.
(() => {
  "use strict";

  const { originalHeading } = document.currentScript.dataset; // translated by the server

  const nameOf = (select) => {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    return label
      ? label.textContent.trim().replace(/:$/, "")
      : select.getAttribute("aria-label") || select.name;
  };

  const nameBox = (select, box) => {
    const controls = '[role="combobox"], [role="textbox"], .select2-search__field';
    for (const part of box.querySelectorAll(controls)) {
      if (part.getAttribute("aria-label")) continue;
      part.setAttribute("aria-label", nameOf(select));
      // include the selected value in the accessible name
      const selectionId = part.querySelector(".select2-selection__rendered")?.id;
      if (selectionId && part.textContent.trim()) {
        part.id ||= `${select.id}-box`;
        part.setAttribute("aria-labelledby", `${part.id} ${selectionId}`);
      }
    }
    // the list of selected values contains elements that are not list items
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
      text.textContent = originalHeading;
      heading.append(text);
    }
  };

  addEventListener("DOMContentLoaded", () => {
    nameAll();
    // other scripts create the boxes, and recreate them when a value is selected
    new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
    // the search field is created when a box is opened
    window.django?.jQuery(document).on("select2:open", (event) => {
      for (const part of document.querySelectorAll(
        ".select2-container--open .select2-search__field, .select2-results__options",
      )) {
        part.setAttribute("aria-label", nameOf(event.target));
      }
    });
  });
})();

// Django's boxes that search as one types (Select2) have no accessible name: give them the name of
// the field that each stands for.
(() => {
  "use strict";

  const nameOf = (select) => {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    return label ? label.textContent.trim().replace(/:$/, "") : select.name;
  };

  const name = (root) => {
    for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
      const box = select.nextElementSibling;
      for (const part of box?.querySelectorAll('[role="combobox"], .select2-search__field') ?? []) {
        // what is chosen is read out with it, where something is
        const chosen = box.querySelector(".select2-selection__rendered")?.id;
        part.setAttribute("aria-label", nameOf(select));
        if (part.getAttribute("role") === "combobox" && chosen) {
          part.id ||= `${select.id}-box`;
          part.setAttribute("aria-labelledby", `${part.id} ${chosen}`);
        }
      }
    }
  };

  window.addEventListener("load", () => {
    name(document);
    // the field to type into is made when a box is opened
    django.jQuery(document).on("select2:open", (event) => {
      const field = document.querySelector(".select2-container--open .select2-search__field");
      field?.setAttribute("aria-label", nameOf(event.target));
      const list = document.querySelector(".select2-container--open .select2-results__options");
      list?.setAttribute("aria-label", nameOf(event.target));
    });
    document.addEventListener("formset:added", (event) => setTimeout(() => name(event.target)));
  });
})();

// Menus open and close without a script. This one closes them, too, when a reader presses Escape or goes
// on elsewhere.

const openMenus = () => document.querySelectorAll(".menu[open]");

addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});

for (const kind of ["pointerdown", "focusin"]) {
  addEventListener(kind, (event) => {
    for (const menu of openMenus()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

// Writes the day on which a page is printed beside its address.

const day = document.querySelector("[data-printed]");

if (day) {
  addEventListener("beforeprint", () => {
    day.textContent = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
  });
}

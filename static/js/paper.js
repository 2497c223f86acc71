// Writes the day on which a page is printed beside its address.

const day = document.querySelector("[data-printed]");

if (day) {
  const { lang } = document.documentElement;
  const locale = lang === "en" ? "en-GB" : lang; // day, month, year, as on the pages
  addEventListener("beforeprint", () => {
    day.textContent = new Date().toLocaleDateString(locale, { dateStyle: "long" });
  });
}

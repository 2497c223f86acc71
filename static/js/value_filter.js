// Lists the values of a filter that contain what is typed, while it is typed. The values come from the page
// that the form leads to without a script.

const WAIT_MS = 150;

for (const form of document.querySelectorAll("[data-filter]")) {
  const list = form.parentElement.querySelector("[data-values]");
  const input = form.elements.filter;
  const most = Number(form.dataset.filter); // beside results, where the list is short; otherwise 0
  const whole = [...list.childNodes];
  let timer = 0;
  let request = null;

  const show = async () => {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    if (most && !input.value.trim()) {
      list.replaceChildren(...whole);
      return;
    }
    try {
      const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
      const response = await fetch(address, { signal });
      if (!response.ok) return;
      const text = await response.text();
      if (signal.aborted) return;
      const found = new DOMParser().parseFromString(text, "text/html").querySelector("[data-values]");
      const values = [...found.querySelectorAll("li:has(.count)")].slice(0, most);
      list.replaceChildren(...(most ? values : found.childNodes));
      if (!most) history.replaceState(null, "", address);
    } catch {
      // the list stays, and the button still works
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, WAIT_MS);
  });
}

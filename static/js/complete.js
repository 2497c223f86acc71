// Suggestions for a search box: an editable combobox with a list, as in the ARIA Authoring Practices
// Guide. Without scripts or suggestions, it remains a plain search box. Its texts come from data
// attributes, so that they can be translated.

const WAIT_MS = 120;
const SHORTEST = 2;

function enhance(input) {
  const list = document.createElement("ul");
  const status = document.createElement("span");
  let shown = [];
  let active = -1;
  let typed = input.value;
  let timer = 0;
  let request = null;

  list.id = `${input.id}-completions`;
  list.className = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggestions);
  list.hidden = true;
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  input.closest(".search-line").append(list, status);
  // the role combobox is not allowed for a search field
  input.type = "text";
  input.enterKeyHint = "search";
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  function close() {
    clearTimeout(timer);
    request?.abort();
    request = null;
    list.hidden = true;
    active = -1;
    status.textContent = "";
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function point(number) {
    active = number;
    [...list.children].forEach((option, place) => {
      option.setAttribute("aria-selected", String(place === active));
    });
    if (active < 0) {
      input.removeAttribute("aria-activedescendant");
      input.value = typed;
      return;
    }
    const option = list.children[active];
    input.setAttribute("aria-activedescendant", option.id);
    input.value = shown[active].q;
    option.scrollIntoView({ block: "nearest" });
  }

  function choose(number) {
    typed = input.value = shown[number].q;
    close();
    input.focus();
  }

  function show(completions) {
    shown = completions;
    active = -1;
    list.replaceChildren(...completions.map((completion, number) => {
      const option = document.createElement("li");
      const label = document.createElement("span");
      option.id = `${list.id}-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      label.textContent = completion.label;
      option.append(label);
      // words have no label for their kind
      const kindLabel = input.dataset[completion.kind];
      if (kindLabel) {
        const kind = document.createElement("small");
        kind.textContent = kindLabel;
        option.append(" ", kind);
      }
      // keep the focus in the box
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => choose(number));
      return option;
    }));
    list.hidden = completions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = list.hidden
      ? ""
      : input.dataset.status.replace("{count}", completions.length);
  }

  async function fetchSuggestions() {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    try {
      const address = `${input.dataset.complete}?${new URLSearchParams({ q: typed })}`;
      const response = await fetch(address, { signal, credentials: "omit" });
      const completions = response.ok ? (await response.json()).completions : [];
      if (!signal.aborted) show(completions);
    } catch {
      if (!signal.aborted) close();
    }
  }

  input.addEventListener("input", () => {
    typed = input.value;
    clearTimeout(timer);
    const atEnd = input.selectionStart === typed.length;
    if (!atEnd || typed.trim().length < SHORTEST) {
      close();
      return;
    }
    timer = setTimeout(fetchSuggestions, WAIT_MS);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      // after the last suggestion comes the typed text
      const places = shown.length + 1;
      const step = event.key === "ArrowDown" ? 1 : places - 1;
      point(((active + 1 + step) % places) - 1);
      event.preventDefault();
    } else if (event.key === "Escape") {
      input.value = typed;
      close();
      event.preventDefault();
    } else if (event.key === "Enter") {
      // the box already contains the active suggestion, and the form submits it
      typed = input.value;
      close();
    }
  });

  input.addEventListener("blur", close);
  addEventListener("pageshow", () => { typed = input.value; });
}

for (const input of document.querySelectorAll("input[data-complete]")) enhance(input);

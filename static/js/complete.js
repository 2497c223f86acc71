// Completes what is typed into a search box, as the ARIA practices describe an editable combobox
// with a list. Without scripts, and where nothing answers, the box is a plain one.

const WAIT_MS = 120;
const SHORTEST = 2;
const KINDS = { word: "", country: "Country", speaker: "Speaker", topic: "Topic", symbol: "Meeting" };

function enhance(input) {
  const list = document.createElement("ul");
  const told = document.createElement("span");
  let shown = [];
  let active = -1;
  let typed = input.value;
  let timer = 0;
  let asking = null;

  list.id = `${input.id}-completions`;
  list.className = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Completions");
  list.hidden = true;
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  input.closest(".search-line").append(list, told);
  // a search field may not be a combobox
  input.type = "text";
  input.enterKeyHint = "search";
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  function close() {
    clearTimeout(timer);
    asking?.abort();
    asking = null;
    list.hidden = true;
    active = -1;
    told.textContent = "";
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
      if (KINDS[completion.kind]) {
        const kind = document.createElement("small");
        kind.textContent = KINDS[completion.kind];
        option.append(" ", kind);
      }
      // before the box loses its focus
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => choose(number));
      return option;
    }));
    list.hidden = completions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    told.textContent = list.hidden ? "" : `${completions.length} completions: the arrow keys fill in, Enter searches.`;
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
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
    timer = setTimeout(ask, WAIT_MS);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      // through the list and back to what was typed
      const places = shown.length + 1;
      const step = event.key === "ArrowDown" ? 1 : places - 1;
      point(((active + 1 + step) % places) - 1);
      event.preventDefault();
    } else if (event.key === "Escape") {
      input.value = typed;
      close();
      event.preventDefault();
    } else if (event.key === "Enter") {
      // the box has what was pointed at already: it is searched, as what is typed would be
      typed = input.value;
      close();
    }
  });

  input.addEventListener("blur", close);
  addEventListener("pageshow", () => { typed = input.value; });
}

for (const input of document.querySelectorAll("input[data-complete]")) enhance(input);

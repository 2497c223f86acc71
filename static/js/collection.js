// The reader's own collection: a list of ids of speeches, kept in this browser. Buttons add a speech on its
// page and beside each speech that a search finds; the page of a collection, which is complete without this
// script, gets buttons that store or empty the list. All texts come from data attributes.

const KEY = "collection";
const PATTERN = /^[\w-]{1,120}$/;

const read = () => {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((id) => typeof id === "string" && PATTERN.test(id)) : [];
  } catch {
    return [];
  }
};

// whether the list could be stored: a browser may refuse
const write = (ids) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(ids));
    return true;
  } catch {
    return false;
  }
};

const addressOf = (page, ids) => (ids.length ? `${page}?ids=${ids.join(",")}` : page);
const label = (text, number) => `${text} (${number})`;

const makeButton = (text) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = text;
  return button;
};

const makeStatus = () => {
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.className = "hint";
  return status;
};

// adds the speech to the stored list, or removes it; returns a sentence for the reader
const toggle = (id, texts) => {
  const ids = read();
  const isIn = ids.includes(id);
  if (!isIn && ids.length >= Number(texts.limit)) return texts.full;
  const changed = isIn ? ids.filter((other) => other !== id) : [...ids, id];
  return write(changed) ? "" : texts.failed;
};

const speech = document.querySelector("[data-collect]");
if (speech) {
  const texts = speech.dataset;
  const button = makeButton("");
  const link = document.createElement("a");
  const status = makeStatus();
  const show = (problem) => {
    const ids = read();
    const isIn = ids.includes(texts.collect);
    button.textContent = isIn ? texts.remove : texts.add;
    link.href = addressOf(texts.page, ids);
    link.textContent = label(texts.open, ids.length);
    link.hidden = !ids.length;
    status.textContent = problem;
  };
  button.addEventListener("click", () => show(toggle(texts.collect, texts)));
  addEventListener("storage", () => show(""));
  speech.append(button, " ", link, status);
  speech.hidden = false;
  show("");
}

const list = document.querySelector("[data-collect-rows]");
if (list) {
  const texts = list.dataset;
  const status = makeStatus();
  list.before(status);
  const shown = [];
  const show = () => {
    const ids = read();
    for (const [button, id, name] of shown) {
      const isIn = ids.includes(id);
      button.textContent = isIn ? "✓" : "+";
      button.setAttribute("aria-label", `${isIn ? texts.remove : texts.add}: ${name}`);
      button.title = isIn ? texts.remove : texts.add;
    }
  };
  for (const title of list.querySelectorAll(".row h3 a")) {
    const id = /\/speech\/([\w-]+)\//.exec(title.pathname)?.[1];
    if (!id) continue;
    const button = makeButton("+");
    button.classList.add("collect-row");
    button.addEventListener("click", () => {
      const problem = toggle(id, texts);
      show();
      const ids = read();
      const link = document.createElement("a");
      link.href = addressOf(texts.page, ids);
      link.textContent = label(texts.open, ids.length);
      status.replaceChildren(problem || link);
    });
    title.closest(".row").append(button);
    shown.push([button, id, title.textContent]);
  }
  show();
  addEventListener("storage", show);
}

const collection = document.querySelector("[data-collection]");
if (collection) {
  const texts = collection.dataset;
  const listed = texts.collection.split(",").filter(Boolean);
  const replace = makeButton(texts.replace);
  const clear = makeButton(texts.clear);
  const link = document.createElement("a");
  const status = makeStatus();
  const show = (sentence) => {
    const ids = read();
    const isShown = ids.join() === listed.join();
    replace.hidden = isShown || !listed.length;
    clear.hidden = !ids.length;
    link.href = addressOf(location.pathname, ids);
    link.textContent = label(texts.mine, ids.length);
    link.hidden = isShown || !ids.length;
    status.textContent = sentence;
  };
  replace.addEventListener("click", () => show(write(listed) ? texts.saved : texts.failed));
  clear.addEventListener("click", () => show(write([]) ? "" : texts.failed));
  addEventListener("storage", () => show(""));
  collection.append(link, " ", replace, " ", clear, " ", status);
  show("");
}

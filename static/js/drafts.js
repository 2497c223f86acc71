// Stores the unsaved input of an admin form in this browser until the form is saved, and warns
// before the page is left. Every form works without it. It applies to forms that contain a note,
// input[name=_form], with the user and the path the form was rendered for.
"use strict";

(() => {
  const PREFIX = "draft ";
  const KEPT_FOR_MS = 8 * 24 * 3600 * 1000;
  const WRITE_AFTER_MS = 400;
  const SAVED = "saved_drafts"; // the cookie in which the server lists the forms it has saved
  const NOT_TYPED = new Set(["csrfmiddlewaretoken", "_form", "kept"]);

  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null; // storage is disabled, or the value is not a draft
    }
  };
  const remove = (key) => {
    try {
      localStorage.removeItem(key);
    } catch { /* storage is disabled, so there is no draft */ }
  };
  const write = (key, draft) => {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
      return true;
    } catch {
      return false; // storage is full or disabled; the warning before leaving still works
    }
  };

  const keys = () => {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  };

  // Delete drafts that have been saved or are too old, on whichever admin page is opened next.
  const cookie = document.cookie.split("; ").find((entry) => entry.startsWith(`${SAVED}=`));
  const saved = (cookie ? cookie.slice(SAVED.length + 1) : "").replaceAll('"', "").split("!");
  const savedPaths = new Set(saved.filter(Boolean).map(decodeURIComponent));
  for (const key of keys()) {
    const draft = read(key);
    const path = key.slice(key.indexOf(" ", PREFIX.length) + 1);
    const isSaved = savedPaths.has(path) && draft?.sent;
    if (!draft || isSaved || Date.now() - draft.at > KEPT_FOR_MS) remove(key);
  }
  if (cookie) {
    document.cookie = `${SAVED}=; path=/admin/; max-age=0; samesite=strict`;
  }

  const isTyped = (control) =>
    control.name && !NOT_TYPED.has(control.name) && !control.disabled &&
    !["submit", "button", "image", "reset", "file"].includes(control.type);
  const controlsOf = (form) => [...form.elements].filter(isTyped);

  const valueOf = (control) => {
    if (control.type === "checkbox" || control.type === "radio") return control.checked;
    if (control.type === "select-multiple" || control.type === "select-one") {
      return [...control.selectedOptions].map((option) => [option.value, option.text]);
    }
    return control.value;
  };
  // controls with the same name are distinguished by their order
  const valuesOf = (form) => {
    const values = {};
    for (const control of controlsOf(form)) (values[control.name] ??= []).push(valueOf(control));
    return values;
  };
  const normal = (value) =>
    typeof value === "string"
      ? value.replace(/\r\n?/g, "\n").split("\n").map((line) => line.trimEnd()).join("\n").trim()
      : JSON.stringify(Array.isArray(value) ? value.map(([selected]) => selected) : value);
  const isHidden = (control) => control.type === "hidden";

  const put = (control, value) => {
    if (control.type === "checkbox" || control.type === "radio") {
      control.checked = value;
    } else if (Array.isArray(value)) {
      for (const option of control.options) option.selected = false;
      for (const [selected, text] of value) {
        let option = [...control.options].find((candidate) => candidate.value === selected);
        // autocomplete choices are not in the page
        if (!option) control.add((option = new Option(text, selected)));
        option.selected = true;
      }
    } else {
      control.value = value;
    }
  };

  const differs = (form, draft) => {
    const now = valuesOf(form);
    return controlsOf(form).filter((control) => !isHidden(control)).some((control) => {
      const before = draft.values[control.name];
      return before && before.length === now[control.name].length &&
        before.some((value, place) => normal(value) !== normal(now[control.name][place]));
    });
  };

  const restore = (form, draft) => {
    const seen = {};
    for (const control of controlsOf(form)) {
      const place = seen[control.name] ?? 0;
      seen[control.name] = place + 1;
      const before = draft.values[control.name];
      // including hidden controls: they hold the version the user saw, so that the server can
      // detect changes made by someone else
      if (before && place < before.length) put(control, before[place]);
    }
    for (const details of form.querySelectorAll("details")) {
      if (details.querySelector("input:not([type=hidden]), textarea, select")) details.open = true;
    }
    const jQuery = window.django?.jQuery;
    if (jQuery) jQuery(form).find("select").trigger("change"); // updates autocomplete fields
  };

  const showNotice = (form, note, draft, key) => {
    const notice = document.createElement("div");
    notice.className = "draft-notice";
    notice.setAttribute("role", "status");
    const text = document.createElement("p");
    const language = document.documentElement.lang || "en";
    const time = new Date(draft.at).toLocaleString(
      language === "en" ? "en-GB" : language, // the day first, like the dates of the templates
      { dateStyle: "long", timeStyle: "short" },
    );
    text.textContent = note.dataset.restoredMessage.replace("{time}", time);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = note.dataset.discardLabel;
    button.addEventListener("click", () => {
      remove(key);
      form.dataset.left = "yes";
      location.reload();
    });
    notice.append(text, button);
    form.prepend(notice);
  };

  const follow = (form, note) => {
    const key = `${PREFIX}${note.dataset.person} ${note.dataset.path}`;
    const initial = valuesOf(form);
    let touched = false;
    let timer = 0;
    const keep = (sent) => {
      clearTimeout(timer);
      timer = 0;
      write(key, { at: Date.now(), sent, values: valuesOf(form) });
    };
    const onInput = (event) => {
      if (event.target?.name && !isTyped(event.target)) return;
      touched = true;
      timer ||= setTimeout(() => keep(false), WRITE_AFTER_MS);
    };
    const draft = read(key);
    if (draft?.values && differs(form, draft)) {
      restore(form, draft);
      showNotice(form, note, draft, key);
      touched = true;
    } else if (note.dataset.unsaved) { // the server restored the input
      keep(false);
      touched = true;
    } else if (draft) {
      remove(key);
    }
    form.addEventListener("input", onInput);
    form.addEventListener("change", onInput);
    // autocomplete fields report changes only through jQuery
    const jQuery = window.django?.jQuery;
    if (jQuery) {
      jQuery(form).on("change", "select", (event) => {
        if (!event.originalEvent && JSON.stringify(valuesOf(form)) !== JSON.stringify(initial)) onInput(event);
      });
    }
    form.addEventListener("submit", () => {
      if (touched) keep(true); // until the server confirms that it is saved
      touched = false;
    });
    addEventListener("beforeunload", (event) => {
      if (form.dataset.left) return;
      if (timer) keep(false);
      if (touched) event.preventDefault();
    });
  };

  const begin = () => {
    for (const note of document.querySelectorAll("input[name=_form]")) {
      const hasControls = note.form?.querySelector("textarea, select, input:not([type=hidden])");
      if (hasControls && note.dataset.path) follow(note.form, note);
    }
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();

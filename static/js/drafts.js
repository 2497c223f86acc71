// Keeps what is typed into a form of the desk in this browser until it is saved, and warns before
// the page is left. Every form works without it. A form takes part by the note it carries:
// input[name=_form], with the person it was made for and the address it stands at.
"use strict";

(() => {
  const PREFIX = "draft ";
  const KEPT_FOR_MS = 8 * 24 * 3600 * 1000;
  const WRITE_AFTER_MS = 400;
  const SAVED = "saved_drafts"; // the cookie in which the server names what it has saved
  const NOT_TYPED = new Set(["csrfmiddlewaretoken", "_form", "kept"]);

  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null; // storage is closed to this page, or holds something else
    }
  };
  const remove = (key) => {
    try {
      localStorage.removeItem(key);
    } catch { /* nothing was kept then */ }
  };
  const write = (key, draft) => {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
      return true;
    } catch {
      return false; // full or closed: the warning before leaving remains
    }
  };

  const keys = () => {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  };

  // What was saved, and what is too old, is forgotten: on whichever page of the desk comes next.
  const cookie = document.cookie.split("; ").find((each) => each.startsWith(`${SAVED}=`));
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
      return [...control.selectedOptions].map((one) => [one.value, one.text]);
    }
    return control.value;
  };
  // controls of one name are told apart by their order
  const valuesOf = (form) => {
    const values = {};
    for (const control of controlsOf(form)) (values[control.name] ??= []).push(valueOf(control));
    return values;
  };
  const normal = (value) =>
    typeof value === "string"
      ? value.replace(/\r\n?/g, "\n").split("\n").map((line) => line.trimEnd()).join("\n").trim()
      : JSON.stringify(Array.isArray(value) ? value.map(([one]) => one) : value);
  const isHidden = (control) => control.type === "hidden";

  const put = (control, value) => {
    if (control.type === "checkbox" || control.type === "radio") {
      control.checked = value;
    } else if (Array.isArray(value)) {
      for (const option of control.options) option.selected = false;
      for (const [chosen, text] of value) {
        let option = [...control.options].find((one) => one.value === chosen);
        // choices that are looked up while typing are not in the page
        if (!option) control.add((option = new Option(text, chosen)));
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
      // hidden ones too: they say what the person had before them, so that the server can tell
      // what somebody else has changed since
      if (before && place < before.length) put(control, before[place]);
    }
    for (const details of form.querySelectorAll("details")) {
      if (details.querySelector("input:not([type=hidden]), textarea, select")) details.open = true;
    }
    const jQuery = window.django?.jQuery;
    if (jQuery) jQuery(form).find("select").trigger("change"); // the fields that look choices up
  };

  const notice = (form, draft, key) => {
    const shown = document.createElement("div");
    shown.className = "draft-notice";
    shown.setAttribute("role", "status");
    const text = document.createElement("p");
    const when = new Date(draft.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
    text.textContent = `What you typed here until ${when} and did not save is back in the form. It is not saved yet.`;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = "Discard it";
    button.addEventListener("click", () => {
      remove(key);
      form.dataset.left = "yes";
      location.reload();
    });
    shown.append(text, button);
    form.prepend(shown);
  };

  const follow = (form, note) => {
    const key = `${PREFIX}${note.dataset.person} ${note.dataset.path}`;
    const begun = valuesOf(form);
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
      notice(form, draft, key);
      touched = true;
    } else if (note.dataset.unsaved) { // shown again by the server, with what was typed
      keep(false);
      touched = true;
    } else if (draft) {
      remove(key);
    }
    form.addEventListener("input", onInput);
    form.addEventListener("change", onInput);
    // fields that look choices up tell of a change by jQuery alone
    const jQuery = window.django?.jQuery;
    if (jQuery) {
      jQuery(form).on("change", "select", (event) => {
        if (!event.originalEvent && JSON.stringify(valuesOf(form)) !== JSON.stringify(begun)) onInput(event);
      });
    }
    form.addEventListener("submit", () => {
      if (touched) keep(true); // until the server says that it is saved
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
      const shows = note.form?.querySelector("textarea, select, input:not([type=hidden])");
      if (note.form && shows && note.dataset.path) follow(note.form, note);
    }
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();

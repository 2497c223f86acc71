// Progressive enhancement of the upload and review pages; every page works without scripts.
"use strict";

// Submit a form only once, however often its button is pressed.
for (const form of document.querySelectorAll("form[data-once], form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // after this task, so that the pressed button is still included in the submitted data
    setTimeout(() => {
      for (const button of form.querySelectorAll("button")) button.disabled = true;
    });
  });
}

// Allow resubmission when the page is restored from the back/forward cache.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }
});

// Warn about files that exceed the limits before they are uploaded.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const files = form.querySelector("input[name=transcripts]");
  const note = form.querySelector("[data-too-much]");
  const megabytes = (bytes) => `${(bytes / 1048576).toFixed(1)} MB`;
  // the messages are translated in the template and contain placeholders such as {limit}
  const message = (template, values) =>
    template.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
  const warning = () => {
    const selected = [...files.files];
    const { tooMany, tooLarge, fileTooLarge } = form.dataset;
    const maxFiles = Number(form.dataset.maxFiles);
    const maxFileBytes = Number(form.dataset.maxFileBytes);
    const maxTotalBytes = Number(form.dataset.maxTotalBytes);
    if (selected.length > maxFiles) {
      return message(tooMany, { count: selected.length, limit: maxFiles });
    }
    const totalBytes = selected.reduce((sum, file) => sum + file.size, 0);
    if (totalBytes > maxTotalBytes) {
      return message(tooLarge, { size: megabytes(totalBytes), limit: megabytes(maxTotalBytes) });
    }
    const names = selected.filter((file) => file.size > maxFileBytes).map((file) => file.name);
    return names.length
      ? message(fileTooLarge, { limit: megabytes(maxFileBytes), names: names.join(", ") })
      : "";
  };
  files.addEventListener("change", () => {
    note.textContent = warning();
    note.hidden = !note.textContent;
  });
}

// Reload the page while files are being read or published.
for (const element of document.querySelectorAll("[data-look-again]")) {
  const seconds = Number(element.dataset.lookAgain);
  setTimeout(() => location.replace(location.pathname + location.search), seconds * 1000);
}

// Improves the archive desk where scripts run; every page works without them.
"use strict";

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[data-once], form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // after this turn, so that the button pressed is still among what is sent
    setTimeout(() => {
      for (const button of form.querySelectorAll("button")) button.disabled = true;
    });
  });
}

// A page that comes back from the browser's memory can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }
});

// What is too much is said before it is sent.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const files = form.querySelector("input[name=transcripts]");
  const note = form.querySelector("[data-too-much]");
  const megabytes = (bytes) => `${(bytes / 1048576).toFixed(1)} MB`;
  const complaint = () => {
    const chosen = [...files.files];
    const { mostFiles, mostBytes, mostBytesTogether } = form.dataset;
    if (chosen.length > Number(mostFiles)) {
      return `These are ${chosen.length} files; ${mostFiles} can be uploaded at once.`;
    }
    const together = chosen.reduce((sum, file) => sum + file.size, 0);
    if (together > Number(mostBytesTogether)) {
      return `These files have ${megabytes(together)} together; ${megabytes(Number(mostBytesTogether))} can be uploaded at once.`;
    }
    const large = chosen.filter((file) => file.size > Number(mostBytes));
    if (large.length) {
      return `${large.map((file) => file.name).join(", ")}: larger than ${megabytes(Number(mostBytes))}, so it will be left out.`;
    }
    return "";
  };
  files.addEventListener("change", () => {
    note.textContent = complaint();
    note.hidden = !note.textContent;
  });
}

// Files are still being read, or published: the page looks again, at its own address.
for (const unfinished of document.querySelectorAll("[data-look-again]")) {
  const seconds = Number(unfinished.dataset.lookAgain);
  setTimeout(() => location.replace(location.pathname + location.search), seconds * 1000);
}

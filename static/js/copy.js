// Shows and serves the copy buttons: <button type="button" hidden data-copy="id" data-done="Copied">.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = source.value ?? source.textContent;
    try {
      await navigator.clipboard.writeText(text);
      const done = button.dataset.done ?? `${button.textContent} \u2713`;
      document.getElementById("status").textContent = done;
      button.textContent = done;
    } catch {
      source.select?.();
    }
  });
}

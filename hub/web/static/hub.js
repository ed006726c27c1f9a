// Nothing here is needed to read or to ask: pages work without it. It copies queries, and sends a filter as it is chosen.
for (const button of document.querySelectorAll("button.copy")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const code = button.closest("details, section").querySelector("pre code");
    await navigator.clipboard.writeText(code.textContent);
    const before = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = before), 2000);
  });
}
// The facets are folded away on small screens only.
const facets = document.querySelector(".facets details");
if (facets && matchMedia("(min-width: 62rem)").matches) facets.open = true;

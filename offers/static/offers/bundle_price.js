// Show what a bundle costs while it is edited. The server prices it, by the code that serves shoppers.
document.addEventListener("DOMContentLoaded", () => {
  const panel = document.getElementById("bundle-price");
  const form = panel?.closest("form");
  if (!form) return;
  let timer = null;
  let latest = 0;

  const part = (name) => panel.querySelector(`[data-part="${name}"]`);

  function row(cells) {
    const line = document.createElement("tr");
    for (const text of cells) {
      const cell = document.createElement("td");
      cell.textContent = text;
      line.append(cell);
    }
    return line;
  }

  function show(answer) {
    const known = !answer.message;
    part("figures").hidden = !known;
    part("lines").hidden = !known;
    part("message").hidden = known;
    part("message").textContent = answer.message ?? "";
    if (!known) return;
    for (const name of ["list", "price", "saving", "percent"]) part(name).textContent = answer[name];
    const rows = answer.lines.map((line) => row([line.name, `× ${line.quantity}`, line.list, line.price]));
    part("rows").replaceChildren(...rows);
  }

  async function refresh() {
    const turn = ++latest;
    const answer = await fetch(panel.dataset.url, { method: "POST", body: new FormData(form) });
    if (answer.ok && turn === latest) show(await answer.json());
  }

  function refreshSoon() {
    clearTimeout(timer);
    timer = setTimeout(refresh, 150);
  }

  form.addEventListener("input", refreshSoon);
  form.addEventListener("change", refreshSoon);
  document.addEventListener("formset:added", refreshSoon);
  document.addEventListener("formset:removed", refreshSoon);
  // select2 speaks through jQuery only.
  django.jQuery(form).on("change", refreshSoon);
  refresh();
});

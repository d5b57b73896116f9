// Show what a bundle costs while it is edited. The server prices it, by the code that serves shoppers.
document.addEventListener("DOMContentLoaded", () => {
  const panel = document.getElementById("bundle-price");
  const form = panel?.closest("form");
  if (!form) return;

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

  askWhileEdited(form, panel.dataset.url, (text) => show(JSON.parse(text)));
});

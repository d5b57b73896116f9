// Edit a product's attributes as rows of a name, a type and a value. The text field with JSON stays what is sent.
{
  const TYPES = ["text", "number", "boolean", "json"];

  function typeOf(value) {
    if (typeof value === "string") return "text";
    if (typeof value === "number") return "number";
    return typeof value === "boolean" ? "boolean" : "json";
  }

  function make(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  function valueInput(type, value, words) {
    if (type === "boolean") {
      const choices = [["true", words.yes], ["false", words.no]];
      const select = make("select", {}, ...choices.map(([key, text]) => new Option(text, key)));
      select.value = String(value === true || value === "true");
      return select;
    }
    const text = type === "json" && typeof value !== "string" ? JSON.stringify(value ?? null) : String(value ?? "");
    return make("input", { type: "text", inputMode: type === "number" ? "decimal" : "text", value: text });
  }

  function read(type, text) {
    if (type === "text") return text;
    if (type === "boolean") return text === "true";
    const value = JSON.parse(text.normalize("NFKC"));
    if (type === "number" && typeof value !== "number") throw new SyntaxError(text);
    return value;
  }

  function edit(area) {
    const words = JSON.parse(area.dataset.attributes);
    let known;
    try { known = JSON.parse(area.value.trim() || "{}"); } catch { return; }
    // What is no object is left as text, with the server's error above it.
    if (known === null || typeof known !== "object" || Array.isArray(known)) return;
    const rows = make("div", { className: "awase-attributes" });
    const add = make("button", { type: "button", className: "awase-link", textContent: words.add });

    function write() {
      // Without a prototype, a name such as __proto__ is a name like any other.
      const all = Object.create(null);
      let isWrong = false;
      for (const row of rows.children) {
        const [name, type, value] = row.querySelectorAll("input, select");
        const key = name.value.trim();
        let fault = key && Object.hasOwn(all, key) ? words.twice : "";
        try { if (key && !fault) all[key] = read(type.value, value.value); } catch { fault = words.wrong; }
        name.setCustomValidity(fault === words.twice ? fault : "");
        value.setCustomValidity(fault === words.wrong ? fault : "");
        row.querySelector("small").textContent = fault;
        isWrong ||= Boolean(fault);
      }
      if (!isWrong) area.value = Object.keys(all).length ? JSON.stringify(all) : "{}";
    }

    function addRow(key, value) {
      const name = make("input", { type: "text", value: key, ariaLabel: words.name, placeholder: words.name });
      const type = make("select", { ariaLabel: words.type }, ...TYPES.map((one) => new Option(words[one], one)));
      type.value = typeOf(value);
      let input = valueInput(type.value, value, words);
      const remove = make("button", { type: "button", textContent: "×", title: words.remove, ariaLabel: words.remove });
      const row = make("div", { className: "awase-attribute" }, name, type, input, remove, make("small"));
      input.ariaLabel = words.value;
      type.addEventListener("change", () => {
        const other = valueInput(type.value, input.value, words);
        other.ariaLabel = words.value;
        input.replaceWith(other);
        input = other;
        write();
      });
      remove.addEventListener("click", () => {
        const next = row.nextElementSibling ?? row.previousElementSibling;
        row.remove();
        (next?.querySelector("input") ?? add).focus();
        write();
        area.dispatchEvent(new Event("change", { bubbles: true }));
      });
      rows.append(row);
      return row;
    }

    for (const [key, value] of Object.entries(known)) addRow(key, value);
    add.addEventListener("click", () => addRow("", "").querySelector("input").focus());
    rows.addEventListener("input", write);
    rows.addEventListener("keydown", (event) => {
      // Enter goes on to the next row instead of saving the product.
      if (event.key !== "Enter" || event.target.tagName === "BUTTON") return;
      event.preventDefault();
      const next = event.target.closest(".awase-attribute").nextElementSibling;
      if (next) next.querySelector("input").focus(); else add.click();
    });
    // Unfold draws a mirror of the text around it; both are replaced.
    area.hidden = true;
    area.style.display = "none";
    area.after(rows, add);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("textarea[data-attributes]").forEach(edit);
  });
}

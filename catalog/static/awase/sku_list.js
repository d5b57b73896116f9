// Paste a list of SKUs into the autocomplete of any product field: the server says which products they are.
{
  const LIST = /[\n\t,;|、，；\u3000]/;
  const $ = () => django.jQuery;

  function fieldOf(input) {
    const container = input.closest(".select2-container");
    const before = container?.previousElementSibling;
    if (before?.matches("select[data-skus-url]")) return before;
    const selects = document.querySelectorAll("select[data-skus-url]");
    return [...selects].find((select) => $()(select).data("select2")?.isOpen());
  }

  // Return the server's answer; null without a network, a session or the permission, or if the list is too long.
  async function ask(select, text) {
    const body = new FormData();
    body.append("text", text);
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    try {
      const answer = await fetch(select.dataset.skusUrl, { method: "POST", body, headers: { "X-CSRFToken": token } });
      // A session that has ended is answered with the page to sign in, which is no JSON.
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  function put(select, product) {
    const option = [...select.options].find((one) => one.value === product.id);
    if (option) option.selected = true;
    else select.add(new Option(product.text, product.id, true, true));
    $()(select).trigger("change");
  }

  // Fill a field that takes several products; return how to undo it.
  function fillOne(select, products) {
    const before = new Set([...select.selectedOptions].map((option) => option.value));
    products.forEach((product) => put(select, product));
    return () => {
      for (const option of select.options) option.selected = before.has(option.value);
      $()(select).trigger("change");
    };
  }

  function rowsOf(select) {
    const [, prefix, name] = select.name.match(/^(.+)-\d+-(.+)$/) ?? [];
    if (!prefix) return { all: [select], add: () => null };
    const all = () => [...document.querySelectorAll(`select[name^="${prefix}-"][name$="-${name}"]`)]
      .filter((one) => /-\d+-/.test(one.name));
    const link = document.querySelector(`#${prefix}-group .add-row:not(.hidden)`);
    const add = () => {
      const count = all().length;
      (link?.matches("a") ? link : link?.querySelector("a"))?.click();
      return all().length > count ? all().at(-1) : null;
    };
    return { all: all(), add };
  }

  // Fill rows that take one product each, from the given one on; return how to undo it, and how many are left.
  function fillRows(select, products) {
    const { all, add } = rowsOf(select);
    const taken = new Set(all.filter((one) => one !== select).map((one) => one.value));
    const wanted = products.filter((product) => !taken.has(product.id));
    const free = all.slice(all.indexOf(select)).filter((one) => one === select || !one.value);
    const undone = [];
    while (wanted.length) {
      const isNew = free.length === 0;
      const row = free.shift() ?? add();
      if (!row) break;
      const value = row.value;
      put(row, wanted.shift());
      undone.push(() => {
        $()(row).val(value || null).trigger("change");
        if (isNew) row.closest(".form-row, tr")?.querySelector(".inline-deletelink")?.click();
      });
    }
    return { undo: () => undone.reverse().forEach((one) => one()), left: wanted.length };
  }

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function tell(answer, left, undo) {
    document.getElementById("awase-pasted")?.remove();
    const box = document.createElement("div");
    box.id = "awase-pasted";
    box.setAttribute("role", "status");
    const text = document.createElement("p");
    text.textContent = left ? `${answer.message} ${answer.left.replace("{count}", left)}` : answer.message;
    box.append(text);
    if (undo) box.append(button(answer.undo, () => { undo(); box.remove(); }));
    box.append(button(answer.close, () => box.remove()));
    document.body.append(box);
  }

  document.addEventListener("paste", async (event) => {
    const input = event.target.closest?.(".select2-search__field");
    const select = input && fieldOf(input);
    const text = event.clipboardData?.getData("text").trim() ?? "";
    if (!select || !/[\s,;|、，；]/.test(text)) return;
    event.preventDefault();
    const answer = await ask(select, text);
    if (!answer) {
      input.value = text;
      tell({ message: select.dataset.skusFailed, close: select.dataset.skusClose }, 0, null);
      return;
    }
    if (!answer.found.length && !LIST.test(text)) {
      // Words with a space between them: what every autocomplete searches for.
      input.value = text;
      $()(input).trigger("input");
      return;
    }
    $()(select).select2("close");
    if (!answer.found.length) { tell(answer, 0, null); return; }
    const { undo, left } = select.multiple
      ? { undo: fillOne(select, answer.found), left: 0 }
      : fillRows(select, answer.found);
    tell(answer, left, undo);
  });
}

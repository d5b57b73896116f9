// The inputs for the values of a condition: each draws its control, and reads what the condition's JSON holds.
const conditionInputs = (() => {
  // Longer lists of choices are searched instead of shown.
  const SHOWN_CHOICES = 12;

  function make(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  function labelled(input, field) {
    input.ariaLabel = field.label;
    const parts = [field.before, input, field.after].filter(Boolean);
    return make("span", { className: "awase-value" }, ...parts);
  }

  function typed(value) {
    return value.normalize("NFKC").replace(/[\s,円\p{Sc}]/gu, "");
  }

  // Return a whole or decimal number as a number; what is none stays text, which the server refuses by its place.
  function numberOf(text) {
    const plain = typed(text);
    return /^[-+]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : plain;
  }

  // Amounts are written in major units and kept in minor units: exactly, so not as floating point numbers.
  function minorOf(text, digits) {
    const parts = typed(text).match(/^(\d+)(?:\.(\d*))?$/);
    const [, whole, rest = ""] = parts ?? [];
    if (!parts || rest.length > digits) return typed(text);
    return Number(whole + rest.padEnd(digits, "0"));
  }

  function majorOf(minor, digits) {
    if (!Number.isInteger(minor) || minor < 0) return String(minor ?? "");
    const text = String(minor).padStart(digits + 1, "0");
    return digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
  }

  function textInput(field, leaf, parse = (text) => text.trim()) {
    const input = make("input", { type: field.type ?? "text", value: String(leaf[field.name] ?? "") });
    if (field.isNumber) Object.assign(input, { inputMode: "decimal", className: "awase-number-input" });
    const read = (into) => { if (input.value.trim() !== "") into[field.name] = parse(input.value); };
    return { node: labelled(input, field), read };
  }

  // The amount in the currency that another input of the condition holds, which is read first.
  function moneyInput(field, leaf) {
    const digitsIn = (currency) => field.digits[currency] ?? 0;
    const value = majorOf(leaf[field.name], digitsIn(leaf[field.currency] ?? field.usual));
    const input = make("input", { type: "text", inputMode: "decimal", className: "awase-number-input", value });
    const read = (into) => {
      if (input.value.trim() !== "") into[field.name] = minorOf(input.value, digitsIn(into[field.currency]));
    };
    return { node: labelled(input, field), read };
  }

  function selectInput(field, leaf, plan) {
    const known = leaf[field.name] ?? field.usual ?? field.choices[0]?.[0] ?? "";
    const input = make("select", {}, ...field.choices.map(([value, text]) => new Option(text, String(value))));
    // What is no longer to choose is kept, and named as what it is.
    if (known !== "" && !field.choices.some(([value]) => value === known)) {
      input.add(new Option(plan.words.gone.replace("%s", known), known));
    }
    input.value = String(known);
    const read = (into) => {
      const found = field.choices.find(([value]) => String(value) === input.value);
      if (input.value !== "") into[field.name] = found ? found[0] : known;
    };
    return { node: labelled(input, field), read, isFirst: true };
  }

  // A few choices that can be chosen together, as buttons that are checkboxes.
  function checkInput(field, leaf, plan) {
    const known = new Set(leaf[field.name] ?? []);
    const gone = [...known].filter((one) => !field.choices.some(([value]) => value === one));
    const choices = [...field.choices, ...gone.map((one) => [one, plan.words.gone.replace("%s", one)])];
    const boxes = choices.map(([value, text]) => {
      const box = make("input", { type: "checkbox", checked: known.has(value) });
      return { value, box, label: make("label", {}, box, text) };
    });
    const node = make("span", { className: "awase-checks", role: "group", ariaLabel: field.label });
    node.append(...boxes.map((one) => one.label));
    const read = (into) => {
      const values = boxes.filter((one) => one.box.checked).map((one) => one.value);
      if (values.length) into[field.name] = values;
    };
    return { node, read };
  }

  // Rows of the database, brands or many choices: found by typing a part of a name.
  function searchInput(field, leaf, plan) {
    const known = [leaf[field.name] ?? []].flat();
    const select = make("select", { multiple: !field.isSingle, ariaLabel: field.label });
    const choices = field.choices ?? field.suggestions?.[leaf[field.by]] ?? [];
    for (const [value, text] of choices) select.add(new Option(text, String(value)));
    if (field.isSingle) select.add(new Option("", ""), 0);
    for (const value of known) {
      const text = plan.names[field.source]?.[value] ?? (field.isText ? value : plan.words.gone.replace("%s", value));
      const option = [...select.options].find((one) => one.value === String(value));
      if (option) option.selected = true;
      else select.add(new Option(text, String(value), true, true));
    }
    if (field.isSingle) select.value = String(known[0] ?? "");
    Object.assign(select.dataset, { theme: "admin-autocomplete", width: "100%" });
    for (const [name, value] of Object.entries(field.attributes ?? {})) select.setAttribute(name, value);
    if (field.dependsOn?.length) {
      const given = new URLSearchParams(field.dependsOn.map((name) => [name, leaf[name] ?? ""]));
      select.setAttribute("data-ajax--url", `${field.attributes["data-ajax--url"]}?${given}`);
    }
    const read = (into) => {
      const texts = [...select.selectedOptions].map((option) => option.value).filter((value) => value !== "");
      const values = field.isText ? texts : texts.map(Number);
      if (values.length) into[field.name] = field.isSingle ? values[0] : values;
    };
    const node = make("span", { className: "awase-value awase-search" }, select);
    if (field.before) node.prepend(field.before);
    if (field.after) node.append(field.after);
    return { node, read, start: () => search(select, field) };
  }

  function search(select, field) {
    const $select = django.jQuery(select);
    if (select.hasAttribute("data-ajax--url")) $select.djangoAdminSelect2();
    else $select.select2();
    const container = select.nextElementSibling;
    container.querySelectorAll(".select2-search__field, .select2-selection--single").forEach((one) => {
      one.ariaLabel = field.label;
      one.removeAttribute("aria-labelledby");
    });
  }

  // `plan` has the names of what is chosen, and the words for what is no longer there.
  function draw(field, leaf, plan) {
    switch (field.kind) {
      case "money": return moneyInput(field, leaf);
      case "number": return textInput({ ...field, isNumber: true }, leaf, numberOf);
      case "time": return textInput({ ...field, type: "time" }, leaf);
      case "date": return textInput({ ...field, type: "date" }, leaf);
      case "select": return selectInput(field, leaf, plan);
      case "check":
        return field.choices.length > SHOWN_CHOICES
          ? searchInput(field, leaf, plan)
          : checkInput(field, leaf, plan);
      case "search": return searchInput(field, leaf, plan);
      default: return textInput(field, leaf);
    }
  }

  return { draw, make };
})();

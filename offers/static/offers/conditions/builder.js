// Edit a tree of conditions as rows and groups. The text field with JSON stays what is sent.
{
  const { draw, make } = conditionInputs;

  function isNode(node, depth) {
    if (node === null || typeof node !== "object" || Array.isArray(node)) return false;
    if (!("nodes" in node)) return true;
    return depth > 0 && Array.isArray(node.nodes) && node.nodes.every((one) => isNode(one, depth - 1));
  }

  // Ask the server soon after the last change, and hand on the answer to the last question only.
  function asker(url, delay, show) {
    let timer = null;
    let running = null;
    return (text) => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        running?.abort();
        const own = running = new AbortController();
        const body = new FormData();
        body.append("tree", text);
        const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
        try {
          const options = { method: "POST", body, headers: { "X-CSRFToken": token }, signal: own.signal };
          const answer = await fetch(url, options);
          // A session that has ended is answered with the page to sign in, which is no JSON.
          show(answer.ok ? await answer.json() : null);
        } catch {
          if (!own.signal.aborted) show(null);
        }
      }, delay);
    };
  }

  function button(icon, act, properties = {}) {
    const sign = make("span", { className: "material-symbols-outlined", ariaHidden: "true", textContent: icon });
    const made = make("button", { type: "button", ...properties }, sign);
    made.addEventListener("click", act);
    return made;
  }

  function edit(area) {
    const plan = JSON.parse(document.getElementById(`${area.id}-plan`).textContent);
    const words = plan.words;
    let known;
    try { known = JSON.parse(area.value.trim() || "null"); } catch { return; }
    // What is no tree is left as text, with the server's error above it.
    if (known !== null && !("nodes" in known && isNode(known, 2))) return;

    const types = new Map(plan.types.map((one) => [one.type, one]));
    const panel = document.getElementById(`${area.id}-panel`);
    const [sentence, count, status] = ["sentence", "count", "status"].map((part) => panel.querySelector(`[data-part=${part}]`));
    const readers = new WeakMap();
    const root = group(known ?? { match: "all", nodes: [] }, true);
    const askSentence = asker(plan.sentence_url, 250, showSentence);
    const askCount = asker(plan.count_url, 600, showCount);

    function typeSelect(chosen) {
      const select = make("select", { className: "awase-condition-type", ariaLabel: words.condition });
      select.add(new Option(words.choose, ""));
      for (const [about, label] of plan.abouts) {
        const options = plan.types.filter((one) => one.about === about).map((one) => new Option(one.label, one.type));
        if (options.length) select.append(make("optgroup", { label }, ...options));
      }
      if (chosen && !types.has(chosen)) select.add(new Option(words.gone.replace("%s", chosen), chosen));
      select.value = chosen ?? "";
      return select;
    }

    // Draw the operator and the values of a condition; what both operators have stays when one replaces the other.
    function drawValues(row, leaf) {
      const type = types.get(leaf.type);
      const values = row.querySelector(".awase-condition-values");
      values.replaceChildren();
      if (!type) {
        readers.set(row, () => (leaf.type ? leaf : {}));
        return;
      }
      const ops = make("select", { className: "awase-operator", ariaLabel: words.operator });
      ops.append(...type.operators.map(([op, label]) => new Option(label, op)));
      if (leaf.op !== undefined && type.operators.some(([op]) => op === leaf.op)) ops.value = leaf.op;
      ops.hidden = type.operators.length < 2 && !type.operators[0]?.[1];
      const fields = type.fields.filter((field) => !field.operators || field.operators.includes(ops.value));
      const inputs = fields.map((field) => draw(field, leaf, plan));
      // The name of what is compared comes before the operator: "Skin type is dry".
      const named = inputs.filter((one, place) => fields[place].isNamed);
      values.append(...named.map((one) => one.node), ops, ...inputs.filter((one) => !named.includes(one)).map((one) => one.node));
      if (type.note) values.append(make("small", { className: "awase-hint", textContent: type.note }));
      inputs.forEach((one) => one.start?.());
      const read = () => {
        const into = { type: leaf.type, op: ops.value };
        for (const isFirst of [true, false]) inputs.filter((one) => Boolean(one.isFirst) === isFirst).forEach((one) => one.read(into));
        return into;
      };
      readers.set(row, read);
      ops.addEventListener("change", () => {
        drawValues(row, { ...leaf, ...read() });
        row.querySelector(".awase-operator").focus();
        changed();
      });
      // Which values are suggested depends on what was chosen before.
      if (fields.some((field) => field.suggestions || field.dependsOn?.length)) {
        django.jQuery(named.map((one) => one.node)).on("change", "select", (event) => {
          const place = named.findIndex((one) => one.node.contains(event.target));
          drawValues(row, read());
          row.querySelectorAll(".awase-condition-values .select2-selection")[place].focus();
          changed();
        });
      }
    }

    function condition(leaf) {
      const type = typeSelect(leaf.type);
      const tools = make("span", { className: "awase-condition-tools" });
      const row = make(
        "div", { className: "awase-condition" },
        make("span", { className: "awase-condition-number", ariaHidden: "true" }),
        type, make("span", { className: "awase-condition-values" }), tools,
        make("p", { className: "awase-condition-error" }),
      );
      row.setAttribute("role", "group");
      tools.append(button("content_copy", () => duplicate(row)), button("close", () => remove(row)));
      drawValues(row, leaf);
      type.addEventListener("change", () => { drawValues(row, { type: type.value }); changed(); });
      // Whoever leaves a condition wants to know what it lacks; not whoever just begins it.
      row.addEventListener("focusout", (event) => {
        if (row.contains(event.relatedTarget)) return;
        row.dataset.left = "";
        ask();
      });
      return row;
    }

    function group(known, isRoot) {
      const match = make("select", {}, ...plan.matches.map(([value, text]) => new Option(text, value)));
      match.value = known.match ?? "all";
      match.ariaLabel = isRoot ? words.match : words.matchGroup;
      const nodes = make("div", { className: "awase-nodes" });
      const add = make("button", { type: "button", className: "awase-link", textContent: words.add });
      const head = make("div", { className: "awase-group-head" }, match);
      const foot = make("div", { className: "awase-group-foot" }, add);
      const box = make("div", { className: "awase-group" }, head, nodes, foot);
      box.setAttribute("role", "group");
      nodes.append(...(known.nodes ?? []).map((one) => ("nodes" in one ? group(one, false) : condition(one))));
      add.addEventListener("click", () => insert(nodes, condition({})));
      if (isRoot) {
        const addGroup = make("button", { type: "button", className: "awase-link", textContent: words.addGroup });
        addGroup.addEventListener("click", () => insert(nodes, group({ match: "any", nodes: [{}] }, false)));
        foot.append(addGroup);
      } else {
        head.prepend(make("span", { className: "awase-condition-number", ariaHidden: "true" }));
        const tools = make("span", { className: "awase-condition-tools" });
        tools.append(button("content_copy", () => duplicate(box)), button("close", () => remove(box)));
        head.append(tools);
        box.append(make("p", { className: "awase-condition-error" }));
      }
      return box;
    }

    const nodesOf = (box) => [...box.querySelector(":scope > .awase-nodes").children];
    const isGroup = (node) => node.classList.contains("awase-group");

    function read(node) {
      if (!isGroup(node)) return readers.get(node)();
      return { match: node.querySelector(".awase-group-head select").value, nodes: nodesOf(node).map(read) };
    }

    function focusFirst(node) {
      (node.querySelector(".awase-condition-type") ?? node.querySelector("button")).focus();
    }

    function insert(nodes, node, before = null) {
      nodes.insertBefore(node, before);
      // select2 measures what is on the page.
      changed();
      focusFirst(node);
    }

    function duplicate(node) {
      const copy = read(node);
      insert(node.parentElement, isGroup(node) ? group(copy, false) : condition(copy), node.nextElementSibling);
      tell(words.duplicated);
    }

    // A group goes with its last condition.
    function remove(node) {
      const parent = node.closest(".awase-nodes").closest(".awase-group");
      if (parent !== root && nodesOf(parent).length === 1) { remove(parent); return; }
      const nodes = node.parentElement;
      const next = node.nextElementSibling ?? node.previousElementSibling;
      const place = [...nodes.children].indexOf(node);
      node.remove();
      changed();
      focusFirst(next ?? root);
      const undo = make("button", { type: "button", className: "awase-link", textContent: words.undo });
      undo.addEventListener("click", () => { tell(""); insert(nodes, node, nodes.children[place] ?? null); });
      tell(words.removed, undo);
    }

    function tell(...parts) {
      status.replaceChildren(...parts.filter(Boolean));
    }

    function rename(node, place, isIn) {
      const number = [...isIn, place + 1].join(".");
      node.ariaLabel = (isGroup(node) ? words.nthGroup : words.nthCondition).replace("%s", number);
      node.querySelector(".awase-condition-number").textContent = number;
      const [copy, close] = node.querySelectorAll(":scope > .awase-condition-tools button, :scope > .awase-group-head button");
      copy.ariaLabel = copy.title = words.duplicate.replace("%s", number);
      close.ariaLabel = close.title = words.remove.replace("%s", number);
      if (isGroup(node)) nodesOf(node).forEach((one, index) => rename(one, index, [...isIn, place + 1]));
    }

    function renumber() {
      const nodes = nodesOf(root);
      nodes.forEach((one, index) => rename(one, index, []));
      root.classList.toggle("awase-group-empty", nodes.length === 0);
      return nodes;
    }

    function changed() {
      const nodes = renumber();
      area.value = nodes.length ? JSON.stringify({ version: 1, ...read(root) }) : "";
      area.dispatchEvent(new Event("change", { bubbles: true }));
      ask();
    }

    function ask() {
      askSentence(area.value);
      askCount(area.value);
    }

    // Return the row or the group at a JSON pointer; the outermost group for a place that is none.
    function nodeAt(place) {
      let node = root;
      for (const [, index] of place.matchAll(/\/nodes\/(\d+)/g)) node = (isGroup(node) && nodesOf(node)[index]) || node;
      return node;
    }

    function showSentence(answer) {
      for (const line of root.querySelectorAll(".awase-condition-error")) line.textContent = "";
      for (const one of root.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
      const isBad = !answer || answer.errors.length > 0;
      sentence.textContent = answer ? answer.sentence : words.failed;
      sentence.classList.toggle("awase-hint", isBad);
      for (const error of answer?.errors ?? []) {
        const node = nodeAt(error.place);
        if (node === root) sentence.textContent = error.text;
        else if (isGroup(node) || "left" in node.dataset) {
          node.querySelector(":scope > .awase-condition-error").textContent = error.text;
          node.ariaInvalid = "true";
        }
      }
    }

    function showCount(answer) {
      count.textContent = answer?.text ?? "";
    }

    for (const row of root.querySelectorAll(".awase-condition")) row.dataset.left = "";
    root.classList.add("awase-tree");
    root.ariaLabel = words.conditions;
    root.addEventListener("input", changed);
    // select2 speaks through jQuery only.
    django.jQuery(root).on("change", "select, input", changed);
    root.addEventListener("keydown", (event) => {
      // Enter goes on to the next condition instead of saving the form.
      if (event.key !== "Enter" || event.target.tagName !== "INPUT" || event.target.closest(".select2-container")) return;
      event.preventDefault();
      const row = event.target.closest(".awase-condition");
      const foot = row?.parentElement.closest(".awase-group").querySelector(":scope > .awase-group-foot button");
      if (row?.nextElementSibling) focusFirst(row.nextElementSibling);
      else foot?.focus();
    });
    // Unfold draws a mirror of the text around it; both are replaced.
    area.hidden = true;
    area.style.display = "none";
    area.before(root);
    panel.hidden = false;
    renumber();
    ask();
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("textarea[data-conditions]").forEach(edit);
  });
}

// Put the offers of a placement into order: by dragging with mouse or finger, by arrow keys, or by buttons.
// The form posts the offers of the upper list in the order in which they stand; nothing is saved before that.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("board");
  const part = (name) => form.querySelector(`[data-part=${name}]`);
  if (!form || !form.querySelector(".awase-grip")) return;
  const placed = part("placed");
  const others = part("others");
  const undoButton = part("undo");
  const clearButton = part("clear");
  const before = [];

  const rowsOf = (list) => [...list.querySelectorAll(".awase-row")];
  const now = () => [rowsOf(placed), rowsOf(others)];

  // Only offers of the upper list are posted.
  function update() {
    rowsOf(placed).forEach((row) => { row.querySelector("[name=order]").disabled = false; });
    rowsOf(others).forEach((row) => { row.querySelector("[name=order]").disabled = true; });
    part("empty").hidden = rowsOf(placed).length > 0;
    undoButton.hidden = before.length === 0;
    clearButton.hidden = rowsOf(placed).length === 0;
  }

  function say(row) {
    const rows = rowsOf(placed);
    const words = rows.includes(row) ? form.dataset.place : form.dataset.free;
    part("status").textContent = words
      .replace("{name}", row.dataset.name)
      .replace("{place}", rows.indexOf(row) + 1)
      .replace("{count}", rows.length);
  }

  function moved(row, state) {
    before.push(state);
    update();
    say(row);
  }

  function step(row, direction) {
    const state = now();
    const next = direction < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (next?.matches(".awase-row")) {
      if (direction < 0) next.before(row);
      else next.after(row);
    } else if (direction < 0 && others.contains(row)) placed.append(row);
    else if (direction > 0 && placed.contains(row)) others.prepend(row);
    else return;
    moved(row, state);
    row.scrollIntoView({ block: "nearest" });
  }

  function restore([upper, lower]) {
    placed.replaceChildren(...upper);
    others.replaceChildren(...lower);
    update();
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    event.preventDefault();
    step(button.closest(".awase-row"), button.value.startsWith("up:") ? -1 : 1);
    button.focus();
  });

  form.addEventListener("keydown", (event) => {
    const grip = event.target.closest(".awase-grip");
    const direction = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!grip || !direction) return;
    event.preventDefault();
    step(grip.closest(".awase-row"), direction);
    grip.focus();
  });

  undoButton.addEventListener("click", () => {
    restore(before.pop());
    part("status").textContent = form.dataset.undone;
  });

  clearButton.addEventListener("click", () => {
    const state = now();
    others.prepend(...rowsOf(placed));
    before.push(state);
    update();
  });

  // Dragging: the row follows the pointer from place to place. A row that moves would lose a captured pointer,
  // so the document listens.
  form.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".awase-grip");
    if (!grip || event.button) return;
    const row = grip.closest(".awase-row");
    const state = now();
    let isDragged = false;

    function drag(at) {
      if (at.clientY < 80) window.scrollBy(0, -16);
      if (at.clientY > window.innerHeight - 80) window.scrollBy(0, 16);
      const under = document.elementsFromPoint(at.clientX, at.clientY);
      const other = under.find((one) => one.matches?.(".awase-row") && one !== row);
      const list = under.find((one) => one === placed || one === others || one === part("empty"));
      if (other) {
        const box = other.getBoundingClientRect();
        if (at.clientY < box.top + box.height / 2) other.before(row);
        else other.after(row);
      } else if (list === part("empty")) placed.append(row);
      else if (list && !rowsOf(list).length) list.append(row);
      else return;
      isDragged = true;
      row.classList.add("awase-dragged");
      update();
    }

    function end(at) {
      document.removeEventListener("pointermove", drag);
      document.removeEventListener("pointerup", end);
      document.removeEventListener("pointercancel", end);
      row.classList.remove("awase-dragged");
      if (at.type === "pointercancel") restore(state);
      else if (isDragged) moved(row, state);
      grip.focus();
    }

    document.addEventListener("pointermove", drag);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
  });

  update();
});

// Say what an exclusion does while it is edited, and show only the fields that mean something. What somebody
// entered stays visible: saving refuses what would be ignored.
document.addEventListener("DOMContentLoaded", () => {
  const panel = document.getElementById("exclusion-reach");
  const rules = document.getElementById("exclusion-shown-when");
  const form = panel?.closest("form");
  if (!form || !rules) return;
  const shownWhen = Object.entries(JSON.parse(rules.textContent));
  const answerPart = panel.querySelector("[data-part=answer]");

  const valueOf = (control) => (control.type === "checkbox" ? (control.checked ? "on" : "") : control.value);

  function isEntered(name) {
    const field = form.elements[name];
    if (!field) return false;
    return field.selectedOptions ? [...field.selectedOptions].some((one) => one.value) : field.value.trim() !== "";
  }

  function update() {
    for (const [name, [other, values]] of shownWhen) {
      const control = form.elements[other];
      const line = form.querySelector(`.field-line.field-${name}`) ?? form.querySelector(`.field-${name}`);
      if (control && line) line.hidden = !values.includes(valueOf(control)) && !isEntered(name);
    }
  }

  form.addEventListener("change", update);
  // select2 speaks through jQuery only.
  django.jQuery(form).on("change", update);
  update();
  // The server wrote this fragment and escaped what people typed.
  askWhileEdited(form, panel.dataset.url, (text) => { answerPart.innerHTML = text; });
});

// Show a field of an offer's form only while it means something: no "how much" at list price. What somebody
// entered stays visible: saving refuses what would be ignored.
document.addEventListener("DOMContentLoaded", () => {
  const rules = document.getElementById("offer-idle-when");
  const form = document.getElementById("offer-example")?.closest("form");
  if (!rules || !form) return;
  const idleWhen = Object.entries(JSON.parse(rules.textContent));

  function update() {
    for (const [name, [other, values, usual]] of idleWhen) {
      const control = form.elements[other];
      const line = form.querySelector(`.field-line.field-${name}`);
      if (control && line) line.hidden = values.includes(control.value) && !isEntered(form.elements[name], usual);
    }
  }

  // A choice always has some value.
  function isEntered(field, usual) {
    return field?.tagName === "INPUT" && field.value.trim() !== "" && Number(field.value) !== usual;
  }

  form.addEventListener("change", update);
  // select2 speaks through jQuery only.
  django.jQuery(form).on("change", update);
  update();
});

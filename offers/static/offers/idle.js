// Show a field of an offer's form only while it means something: no "how much" at list price.
document.addEventListener("DOMContentLoaded", () => {
  const rules = document.getElementById("offer-idle-when");
  const form = document.getElementById("offer-example")?.closest("form");
  if (!rules || !form) return;
  const idleWhen = Object.entries(JSON.parse(rules.textContent));

  function update() {
    for (const [name, [other, values]] of idleWhen) {
      const control = form.elements[other];
      const line = form.querySelector(`.field-line.field-${name}`);
      if (control && line) line.hidden = values.includes(control.value);
    }
  }

  form.addEventListener("change", update);
  // select2 speaks through jQuery only.
  django.jQuery(form).on("change", update);
  update();
});

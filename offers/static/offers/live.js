// Ask the server about a form soon after each change, and hand on the answer to the last question only.
function askWhileEdited(form, url, show) {
  let timer = null;
  let latest = 0;

  async function refresh() {
    const turn = ++latest;
    const answer = await fetch(url, { method: "POST", body: new FormData(form) });
    const text = await answer.text();
    if (answer.ok && turn === latest) show(text);
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
}

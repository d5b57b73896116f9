// Work out an offer's example while it is edited. The server prices it, by the code that serves shoppers.
document.addEventListener("DOMContentLoaded", () => {
  const panel = document.getElementById("offer-example");
  const form = panel?.closest("form");
  if (!form) return;
  const answerPart = panel.querySelector("[data-part=answer]");
  let timer = null;
  let latest = 0;

  async function refresh() {
    const turn = ++latest;
    const answer = await fetch(panel.dataset.url, { method: "POST", body: new FormData(form) });
    const text = await answer.text();
    // The server wrote this fragment and escaped what people typed.
    if (answer.ok && turn === latest) answerPart.innerHTML = text;
  }

  function refreshSoon() {
    clearTimeout(timer);
    timer = setTimeout(refresh, 200);
  }

  form.addEventListener("input", refreshSoon);
  form.addEventListener("change", refreshSoon);
  document.addEventListener("formset:added", refreshSoon);
  document.addEventListener("formset:removed", refreshSoon);
  // select2 speaks through jQuery only.
  django.jQuery(form).on("change", refreshSoon);
  refresh();
});

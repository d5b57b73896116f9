// Work out an offer's example while it is edited. The server prices it, by the code that serves shoppers.
document.addEventListener("DOMContentLoaded", () => {
  const panel = document.getElementById("offer-example");
  const form = panel?.closest("form");
  if (!form) return;
  const answerPart = panel.querySelector("[data-part=answer]");

  // The server wrote this fragment and escaped what people typed.
  askWhileEdited(form, panel.dataset.url, (text) => { answerPart.innerHTML = text; });
});

// How many offers the shopper has been shown, and that it is enough for today.

import { shop, visit } from "./api.js";
import { ask, byId, fill, language, texts } from "./dom.js";

const line = byId("seen");
const [text, button] = line.children;
let shopper = ""; // the customer whom the line is about, "" for a visitor

// `again` shows the offers anew once what the shopper has seen is forgotten.
export function whenForgotten(again) {
  button.addEventListener("click", async () => {
    await showSeen(shopper, true);
    again();
  });
}

export async function showSeen(customer, forget = false) {
  shopper = customer;
  const isOvertaken = ask("seen");
  try {
    const seen = await shop("seen", { ...visit, customer: customer || null, forget });
    if (!isOvertaken()) tell(seen);
  } catch (error) {
    console.warn(error);
  }
}

function tell(seen) {
  const isEnough = seen.cap !== null && seen.shown >= seen.cap;
  const said = [
    seen.cap === null ? "" : fill(isEnough ? texts.seen_enough : texts.seen, seen),
    seen.paused ? fill(texts.paused, seen) : "",
  ].filter(Boolean).join(language === "ja" ? "" : " ");
  line.hidden = !said;
  line.classList.toggle("enough", isEnough);
  text.textContent = said;
}

// The page of an order: times as the visitor's clock shows them, and a fresh page when the reservation ends.

import { paintAll } from "./tile.js";

const LONGEST_TIMER_MS = 2 ** 31 - 1;
const style = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

for (const node of document.querySelectorAll("time")) node.textContent = style.format(new Date(node.dateTime));
const end = document.querySelector("time[data-ends]");
if (end) {
  const wait = new Date(end.dateTime) - Date.now() + 500; // the clocks of browser and shop differ a little
  if (wait > 0 && wait < LONGEST_TIMER_MS) setTimeout(() => location.reload(), wait);
}
paintAll();

// The priced cart: every figure comes from the quote.

import { api, fault, signed } from "./api.js";
import { cart } from "./cart.js";
import { addressOf, ask, byId, element, fill, language, page, say, texts, tile } from "./dom.js";
import { isNothing, less, money, sum, times } from "./money.js";
import { hasDeclined } from "./offers.js";

// Several quick changes send one request.
const PAUSE_MS = 150;
const MOST_HINTS = 3;
let held = null; // {quote, cart, customer}: the current quote

export const heldQuote = () => held;
const headline = (code) => page.headlines[code] ?? code;

export async function showQuote(customer, onpriced) {
  const isOvertaken = ask("quote");
  showKnown();
  onpriced();
  byId("figures").hidden = byId("held").hidden = !cart.lines.length;
  byId("codes").hidden = !cart.lines.length;
  if (!cart.lines.length) return byId("hints").replaceChildren();
  byId("basket").setAttribute("aria-busy", "true");
  await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });
  if (isOvertaken()) return;
  const asked = cart.asQuoted();
  try {
    const quote = await api("quotes", {
      cart: asked, accept: cart.acceptances(), codes: cart.codes, ...signed(customer),
    });
    if (isOvertaken()) return;
    held = { quote, cart: asked, customer };
    showLines((place) => shareOf(quote, place), {
      gifts: quote.lines.filter((line) => line.gift_of), lacking: shortages(quote),
    });
    showFigures(quote);
  } catch (error) {
    if (!isOvertaken()) refused(error, () => { if (!isOvertaken()) showQuote(customer, onpriced); });
  } finally {
    if (!isOvertaken()) byId("basket").removeAttribute("aria-busy");
  }
  if (!isOvertaken()) onpriced();
}

// Until the next quote arrives, unchanged lines keep their figures.
function showKnown() {
  const before = (held?.cart ?? []).map((line) => JSON.stringify(line));
  const places = cart.asQuoted().map((line) => before.indexOf(JSON.stringify(line)));
  showLines((place) => (places[place] < 0 ? null : shareOf(held.quote, places[place])));
  held = null;
}

// Marks lines that are no longer sold, drops acceptances that are too old, and shows other errors.
function refused(error, again) {
  const pointers = (error.problem?.errors ?? []).map(({ pointer }) => pointer.split("/").slice(1));
  const stale = pointers.find(([field]) => field === "accept");
  if (stale) return cart.forget(Number(stale[1]));
  const gone = pointers.filter(([field]) => field === "cart").map(([, place]) => Number(place));
  showLines(() => null, { gone });
  byId("figures").hidden = byId("held").hidden = true;
  byId("hints").replaceChildren(element("li", {}, gone.length ? texts.gone : fault(error, again)));
}

// A row stays where it is: a quote that arrives while a button is pressed must not replace the button.
function showLines(share, { gifts = [], gone = [], lacking = new Map() } = {}) {
  const list = byId("lines");
  const rows = cart.lines.map((line, place) => row(line, share(place), {
    isGone: gone.includes(place), shortages: lacking.get(place) ?? [],
  }));
  if (rows.some((each, place) => list.children[place] !== each)) list.replaceChildren(...rows);
  while (list.children.length > rows.length) list.lastElementChild.remove();
  list.append(...gifts.map(giftRow));
  if (!rows.length) list.append(element("li", { class: "empty" }, texts.empty_cart));
}

// The quote's share of a cart line; null without a quote.
function shareOf(quote, place) {
  const priced = quote.lines.filter((line) => line.of.some(({ line: asked }) => asked === place));
  if (!priced.length) return null;
  const shares = priced.flatMap((line) => line.of.filter(({ line: asked }) => asked === place)
    .map((share) => ({ total: share.total, list: times(line.list_unit_price, share.quantity) })));
  return {
    total: sum(shares.map((share) => share.total)),
    list: sum(shares.map((share) => share.list)),
    offers: [...new Set(priced.flatMap((line) => line.taken.map(({ offer }) => offer)))],
    options: quote.lines.filter((line) => priced.some((each) => each.line === line.parent)),
  };
}

// What the shop cannot deliver, in words, by the place of its cart line.
function shortages({ notes }) {
  const found = Map.groupBy(
    notes.filter(({ code }) => code === "hidden" || code === "short_of_stock"),
    ({ pointer }) => Number(pointer.split("/")[2]),
  );
  return new Map([...found].map(([place, some]) => [place, some.map((note) => shortage(note, cart.lines[place]))]));
}

function shortage({ code, pointer, available }, line) {
  const words = code === "hidden" ? texts.unavailable
    : available ? fill(texts.left, { count: available }) : texts.sold_out;
  const [, , , part, place] = pointer.split("/");
  return part === "options" ? `${line.options[place].name}: ${words}` : words;
}

// The row of each line that was ever shown, and the parts of it that a quote changes.
const shown = new WeakMap();

function row(line, share, { isGone, shortages: lacks }) {
  if (!shown.has(line)) shown.set(line, newRow(line));
  const { all, what, count, cost } = shown.get(line);
  const isCheaper = share && share.total.amount !== share.list.amount;
  all.classList.toggle("gone", isGone);
  what.replaceChildren(
    element("a", { href: addressOf(line.sku) }, line.name),
    ...[
      line.interval_days ? element("span", { class: "note" }, fill(texts.every, { days: line.interval_days })) : null,
      isGone ? element("span", { class: "note" }, texts.gone) : null,
    ].filter(Boolean),
    ...lacks.map((words) => element("span", { class: "short" }, words)),
    ...(share?.offers ?? []).map((offer) => element("span", { class: "took" }, headline(offer))),
    ...(share?.options ?? []).map(optionRow));
  count.textContent = line.quantity;
  cost.replaceChildren(
    ...(isCheaper ? [element("del", {}, money(share.list)), " "] : []),
    element("span", {}, share ? money(share.total) : "…"));
  return all;
}

function newRow(line) {
  const what = element("div", { class: "what" });
  const count = element("span", { class: "count" });
  const cost = element("p", { class: "cost" });
  const all = element("li", {},
    tile(line.name), what,
    element("div", { class: "amounts" },
      button(`${texts.less}: ${line.name}`, "−", () => cart.change(line, -1)),
      count,
      button(`${texts.more}: ${line.name}`, "+", () => cart.change(line, 1)),
      button(`${texts.remove}: ${line.name}`, "×", () => cart.remove(line))),
    cost);
  return { all, what, count, cost };
}

const button = (label, sign, onclick) => element("button", { type: "button", "aria-label": label, onclick }, sign);

const optionRow = ({ name, quantity, total }) =>
  element("span", { class: "option" }, `+ ${quantity > 1 ? `${quantity} × ` : ""}${name}, ${money(total)}`);

function giftRow({ name, gift_of: offer }) {
  return element("li", { class: "gift" }, tile(name),
    element("div", { class: "what" }, name, element("span", { class: "took" }, `${texts.gift}: ${headline(offer)}`)),
    element("p", { class: "cost" }, texts.free));
}

function showFigures(quote) {
  const { totals } = quote;
  const rows = quote.offers.filter(({ status, discount }) => status === "applied" && !isNothing(discount))
    .map(({ offer, discount }) => [headline(offer), less(discount), "off"]);
  if (rows.length) rows.unshift([texts.subtotal, money(totals.list)]);
  if (quote.free_shipping) rows.push([texts.delivery, texts.free, "off"]);
  if (!isNothing(totals.tax) && !quote.tax_included) rows.push([texts.tax, money(totals.tax)]);
  byId("parts").replaceChildren(...rows.map(([name, figure, kind]) =>
    element("div", { class: kind ?? null }, element("dt", {}, name), element("dd", {}, figure))));
  byId("total").textContent = `${texts.total} ${money(totals.gross)}`;
  byId("hints").replaceChildren(...hints(quote));
  const time = new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(new Date(quote.expires_at));
  byId("held").textContent = fill(texts.held, { time });
  showCodes(quote);
}

// What is missing for rewards within reach, and offers that were not applied.
function hints({ offers, totals }) {
  const missing = offers.filter(({ status, offer }) => status === "not_yet" && !hasDeclined(offer))
    .flatMap(({ offer, missing: parts }) => parts.map((part) => ({ offer, ...part })))
    .filter(({ kind }) => kind !== "acceptance")
    .sort((one, other) => (one.kind === "spend" ? 0 : 1) - (other.kind === "spend" ? 0 : 1));
  const refusals = offers.filter(({ status }) => ["limit_reached", "expired", "not_eligible"].includes(status));
  return [
    ...refusals.map(({ offer, status, reason }) => element("li", { class: "refused" },
      fill(texts[`reason_${reason}`] ?? texts[status], { offer: headline(offer) }))),
    ...missing.slice(0, MOST_HINTS).map((part) => hint(part, totals)),
  ];
}

function hint({ offer, kind, amount, count }, { total }) {
  if (kind !== "spend") return element("li", {}, fill(texts[`hint_${kind}`], { count, offer: headline(offer) }));
  const [there, lacking] = [Number(total.amount), Number(amount.amount)]; // only for the progress bar
  return element("li", {}, fill(texts.hint_spend, { amount: money(amount), offer: headline(offer) }),
    element("progress", { max: there + lacking, value: there, "aria-hidden": "true" }));
}

function showCodes({ notes }) {
  byId("entered").replaceChildren(...cart.codes.map((code) => element("li", {}, code,
    button(`${texts.drop_code}: ${code}`, "×", () => cart.dropCode(code)))));
  const unknown = notes.find(({ pointer }) => pointer.startsWith("/codes/"));
  if (!unknown) return;
  say(unknown.code === "unknown_code" ? texts.unknown_code : unknown.detail);
  cart.dropCode(cart.codes[Number(unknown.pointer.split("/")[2])]);
}

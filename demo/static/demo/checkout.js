// The steps from cart to checkout to receipt. The shop's own server charges the quote.

import { fault, shop } from "./api.js";
import { cart } from "./cart.js";
import { byId, element, fill, language, page, remember, remembered, say, texts } from "./dom.js";
import { isNothing, money } from "./money.js";
import { sayIfEmpty, showOffers } from "./offers.js";
import { heldQuote } from "./quote.js";

let isPaying = false;
let receipt = remembered("receipt", null); // {order_id, paid, saved, notes, lines, order_page, allocation_page}
const sections = { cart: "cart-offers", checkout: "checkout-offers", after_purchase: "after-offers" };

// The placement for the current step.
const placement = () => {
  if (receipt) return "after_purchase";
  return isPaying && cart.lines.length ? "checkout" : "cart";
};

export function showStep(customer) {
  if (receipt && cart.lines.length) setReceipt(null);
  const now = placement();
  for (const [name, section] of Object.entries(sections)) byId(section).hidden = name !== now;
  byId("basket").hidden = now === "after_purchase";
  byId("receipt").hidden = now !== "after_purchase";
  if (now === "after_purchase") showReceipt();
  showStepOffers(now, customer);
}

// Product page and cart share a context; what was just bought is a context of its own.
function showStepOffers(now, customer) {
  const context = { cart: cart.asOffered(), ...(page.product ? { product: page.product.sku } : {}) };
  const onPage = page.product ? ["product_page"] : [];
  if (!page.product) sayIfEmpty(byId("product_page"));
  if (now !== "after_purchase") return showOffers([...onPage, now], context, customer);
  if (page.product) showOffers(onPage, context, customer);
  showOffers([now], { cart: receipt.lines }, customer);
}

export function showButtons() {
  const held = heldQuote();
  const total = held && money(held.quote.totals.gross);
  byId("pay").hidden = byId("back").hidden = !cart.lines.length;
  byId("back").hidden ||= !isPaying;
  byId("later").hidden = byId("back").hidden;
  byId("pay").disabled = byId("pay-later").disabled = !held;
  if (!isPaying) byId("pay").textContent = texts.checkout;
  else byId("pay").textContent = held ? fill(texts.order, { total }) : texts.pricing;
  byId("pay-later").textContent = held ? fill(texts.pay_later, { total }) : texts.pricing;
}

export function begin(onmoved) {
  byId("pay").addEventListener("click", () => (isPaying ? order(payNow, onmoved) : turn(true, onmoved)));
  byId("later").addEventListener("submit", (event) => { event.preventDefault(); order(payLater, onmoved); });
  byId("back").addEventListener("click", () => turn(false, onmoved));
  byId("continue").addEventListener("click", () => { setReceipt(null); onmoved(); });
}

function turn(toPaying, onmoved) {
  isPaying = toPaying;
  byId("trouble").replaceChildren();
  onmoved();
}

// Orders what the quote promises; `send` is called with the body of the request.
async function order(send, onmoved) {
  const { quote, cart: lines, customer } = heldQuote();
  byId("pay").disabled = byId("pay-later").disabled = true;
  byId("pay").textContent = texts.ordering;
  byId("trouble").replaceChildren();
  try {
    await send({ quote_id: quote.quote_id, cart: lines, ...(customer ? { customer } : {}) }, quote);
  } catch (error) {
    if ([400, 409, 410].includes(error.status)) {
      say(texts.changed);
      return onmoved();
    }
    byId("trouble").replaceChildren(fault(error, () => order(send, onmoved)));
    showButtons();
  }
}

async function payNow(body, quote) {
  const placed = await shop("checkout", body);
  setReceipt({ ...placed, saved: quote.totals.discount, lines: cart.asOffered() });
  isPaying = false;
  cart.clear();
  byId("receipt").focus();
}

// The order has a page of its own, on which it can be paid within days.
async function payLater(body) {
  const reserved = await shop("pay-later", { ...body, hold_minutes: Number(byId("hold").value) });
  isPaying = false;
  cart.clear();
  location.assign(`${reserved.page}?language=${language}`);
}

function setReceipt(value) {
  receipt = value;
  remember("receipt", receipt);
}

function showReceipt() {
  byId("receipt-title").textContent = fill(texts.ordered, { order: receipt.order_id });
  byId("receipt-paid").replaceChildren(fill(texts.paid, { amount: money(receipt.paid) }),
    ...(isNothing(receipt.saved) ? [] : [" ", element("span", { class: "saving" }, fill(texts.saved, { amount: money(receipt.saved) }))]));
  byId("receipt-notes").replaceChildren(...receipt.notes.map((note) => element("li", {}, note)));
  byId("order-page").href = receipt.order_page;
  byId("allocation-page").href = receipt.allocation_page;
}

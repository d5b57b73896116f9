// A minimal storefront: a product, a cart, and the offers and prices for both.

import { fault, reach } from "./api.js";
import { cart } from "./cart.js";
import { begin, showButtons, showStep } from "./checkout.js";
import { addressOf, byId, element, fill, page, remember, remembered, say, texts, tile } from "./dom.js";
import { money } from "./money.js";
import { showQuote } from "./quote.js";
import { whenForgotten } from "./seen.js";
import { paintAll } from "./tile.js";

const customer = () => byId("customer").value;

function showAll() {
  showQuote(customer(), showButtons);
  showStep(customer());
  byId("cart-count").textContent = cart.unitCount || "";
}

function showProduct() {
  if (!page.product) return;
  const { name, category, price } = page.product;
  byId("product-tile").replaceChildren(tile(name));
  byId("product-category").textContent = category;
  byId("product-name").textContent = name;
  byId("product-price").textContent = money(price);
  byId("add").hidden = false;
}

// The statistics of the selected customer.
function showShopper() {
  const shopper = page.shoppers.find(({ id }) => id === customer());
  byId("known").hidden = !shopper;
  byId("stranger").hidden = Boolean(shopper) || !page.shoppers.length;
  byId("preferences").hidden = !shopper;
  if (!shopper) return;
  byId("preferences").firstElementChild.href = shopper.preferences;
  byId("segment").textContent = shopper.segment;
  byId("history").textContent = fill(texts.history, shopper);
  byId("due").replaceChildren(...shopper.due.map((due) => element("li", {},
    element("a", { href: addressOf(due.sku) }, due.name), ` ${fill(texts.due, due)}`)));
  byId("due-title").hidden = !shopper.due.length;
  byId("band").textContent = shopper.band
    ? fill(texts.band, { low: money(shopper.band[0]), high: money(shopper.band[1]) }) : "";
  byId("audiences").textContent = shopper.audiences ? fill(texts.audiences, shopper) : "";
  byId("age").textContent = shopper.age;
}

async function search(event) {
  event?.preventDefault();
  const results = byId("results").querySelector(".found");
  byId("results").hidden = false;
  try {
    const response = await reach(`products?${new URLSearchParams({ q: byId("query").value })}`);
    const { products } = await response.json();
    results.replaceChildren(...products.map((product) => element("li", {}, tile(product.name),
      element("a", { href: addressOf(product.sku) }, product.name), element("span", {}, money(product.price)))));
    if (!products.length) results.append(element("li", { class: "empty" }, texts.no_results));
  } catch (error) {
    results.replaceChildren(element("li", {}, fault(error, search)));
  }
}

byId("customer").value = remembered("customer", "");
byId("customer").selectedIndex = Math.max(0, byId("customer").selectedIndex);
byId("customer").addEventListener("change", () => {
  remember("customer", customer());
  showShopper();
  showAll();
});
byId("add").addEventListener("click", () => {
  cart.put(page.product);
  say(fill(texts.added, { name: page.product.name }));
});
byId("codes").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = byId("code").value.trim();
  byId("code").value = "";
  if (code) cart.enterCode(code);
});
byId("search").addEventListener("submit", search);
byId("search").addEventListener("keydown", ({ key }) => { byId("results").hidden ||= key === "Escape"; });
for (const link of document.querySelectorAll("[data-language]")) {
  const query = new URLSearchParams(location.search);
  query.set("language", link.dataset.language);
  link.href = `?${query}`;
}
paintAll();
cart.whenChanged(showAll);
begin(showAll);
whenForgotten(showAll);
showProduct();
showShopper();
showAll();

// The README's first call with a generated client: it has to compile with the generator's default settings.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

const awase = createClient<paths>({ baseUrl: "https://offers.shop.example" });

export async function headlines(): Promise<string[]> {
  const { data, error } = await awase.POST("/api/v1/offers", {
    body: { placement: "cart", cart: [{ sku: "880423", quantity: 1 }], limit: 1 },
  });
  if (error !== undefined) {
    throw new Error(`${error.code}: ${error.detail}`);
  }
  return "offers" in data ? data.offers.map((offer) => offer.headline) : [];
}

export async function price(decision_id: string): Promise<string> {
  const { data } = await awase.POST("/api/v1/quotes", {
    body: { cart: [{ sku: "880423" }, { sku: "819927" }], accept: [{ decision_id, offer: "pasta-night" }] },
  });
  return data?.totals.gross.amount ?? "";
}

// A kind tells which fields an offer has; kinds that the document does not know have none of them.
type Offer = components["schemas"]["OfferAnswer"];

export function hint(offer: Offer): string {
  if (offer.kind === "quantity" && "next" in offer) {
    return `${offer.next.more} more: ${offer.next.total.amount}`;
  }
  if (offer.kind === "threshold" && "reward" in offer) {
    return offer.reached_by.map((product) => product.sku).join();
  }
  return offer.headline;
}
// @ts-expect-error
export const fieldOfAnotherKind = (offer: components["schemas"]["AddOnOffer"]) => offer.next;

// A body is required, and so is the SKU of a line.
// @ts-expect-error
export const withoutBody = () => awase.POST("/api/v1/offers", {});
// @ts-expect-error
export const withoutSku: components["schemas"]["CartLine"] = { quantity: 1 };

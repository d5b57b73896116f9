// There are no images: products of one kind share a colour and a letter.

export function paint(tile, name) {
  const kind = name.split(",")[0];
  let hue = 0;
  for (const letter of kind) hue = (hue * 31 + letter.codePointAt(0)) % 360;
  tile.style.setProperty("--hue", hue);
  tile.textContent = kind.slice(0, 1);
  return tile;
}
export const paintAll = () => document.querySelectorAll("[data-tile]").forEach((node) => paint(node, node.dataset.tile));

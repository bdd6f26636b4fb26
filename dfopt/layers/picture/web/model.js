"use strict";
// The fleet, as page_data.py writes it, and words for it. Boxes are named by their index.

const fleet = JSON.parse(document.getElementById("overview").textContent);
const { boxes, images } = fleet;
const columnCount = boxes.reduce((most, box) => Math.max(most, box.end), 1);

for (const box of boxes) {
  box.images ??= [];
  box.bands ??= [];
  box.depth = box.parent < 0 ? 0 : boxes[box.parent].depth + 1;
  box.isLeaf = true;
  if (box.parent >= 0) boxes[box.parent].isLeaf = false;
}

let parsedDetails = null;

/** Files and waste; they are much, so they are read when first asked for. */
function layerDetails() {
  parsedDetails ??= JSON.parse(document.getElementById("layer-details").textContent);
  return parsedDetails;
}

/** The boxes below one and itself, the lowest first. */
function chain(index) {
  const found = [];
  for (; index >= 0; index = boxes[index].parent) found.push(index);
  return found.reverse();
}

/** How a box is drawn. */
function kindOf(box) {
  if (box.bytes === undefined) return "unknown";
  return box.uses > 1 ? "shared" : "own";
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB", "PB"];

/** A number of bytes with three significant digits, as the rest of dfopt writes it. */
function readable(size) {
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return `${size.toFixed(digits)} ${UNITS[unit]}`;
}

function isVague(basis) {
  return basis === "catalogue" || basis === "estimate";
}

function sizeOf(box) {
  if (box.bytes === undefined) return "size unknown";
  return (isVague(box.basis) ? "about " : "") + readable(box.bytes);
}

function sizeOfImage(image) {
  if (image.unsized && !image.bytes) return "size unknown";
  return (image.unsized ? "at least " : image.isVague ? "about " : "") + readable(image.bytes);
}

function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

function together(names) {
  const more = names.length - 3;
  return names.slice(0, 3).join(", ") + (more > 0 ? ` and ${more.toLocaleString("en")} more` : "");
}

function namesOf(box) {
  return together(box.images.map((image) => images[image].name));
}

/** The same without what the names of all images begin with. */
function shortNamesOf(box) {
  return together(box.images.map((image) => images[image].name.slice(fleet.prefix.length)));
}

/** The most that one of the images wastes in a layer. */
function wasteIn(box) {
  return box.bands.reduce((most, [, , bytes]) => Math.max(most, bytes), 0);
}

/** A layer in one sentence, for those who hear it. */
function spoken(box) {
  const parts = [shortened(box.instruction, 120), sizeOf(box), `in ${counted(box.uses, "image")}`];
  if (box.images.length) parts.unshift(namesOf(box));
  if (wasteIn(box)) parts.push(`${readable(wasteIn(box))} wasted`);
  return parts.join(", ");
}

/** The images whose uppermost layer is in these columns. */
function imagesBetween(first, end) {
  return images.flatMap((image, number) =>
    image.box >= 0 && boxes[image.box].first >= first && boxes[image.box].end <= end ? [number] : [],
  );
}

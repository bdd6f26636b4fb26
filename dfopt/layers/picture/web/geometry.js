"use strict";
// How large boxes are drawn, as in geometry.py: widths by columns, heights by bytes.
//
// A view is what is zoomed in to: columns `first` to `end`, and `below`, the uppermost of the boxes that all of these
// stand on, which are drawn as one strip (-1: none).

const LEAST_HEIGHT = 3;
const NAMED_HEIGHT = 18;
const UNKNOWN_HEIGHT = 24;
const STRIP_HEIGHT = 26;
const LEAST_WIDTH = 6;
const ROUNDS = 8;

const EVERYTHING = { below: -1, first: 0, end: columnCount };

/** The boxes of a view, each before those on it. */
function boxesIn({ below, first, end }) {
  const depth = below < 0 ? -1 : boxes[below].depth;
  const found = [];
  for (let index = 0; index < boxes.length; index += 1) {
    const box = boxes[index];
    if (box.first >= end) break;
    if (box.end > first && box.depth > depth) found.push(index);
  }
  return found;
}

/** The view that a box fills. */
function viewOf(index) {
  const { parent, first, end } = boxes[index];
  return { below: parent, first, end };
}

/**
 * A view as it fits into a width and a height.
 *
 * Gives the width of a column, the height of a byte, and items, each after what it stands on: boxes (`index`), crowds
 * of columns that are too narrow for boxes (`tops`, `wastes`), and the strip. All have `first` and `end` in columns,
 * `bottom` and `top` in pixels above the ground, and `on`, the item that they stand on.
 */
function fit(view, width, height) {
  const shown = boxesIn(view);
  const column = width / (view.end - view.first);
  const strip = view.below < 0 ? 0 : STRIP_HEIGHT;
  const { byte, measure } = scaled(shown, view, height - strip);
  const tops = topsOf(shown, view, measure);
  const items = [];
  const byBox = new Map();
  const crowds = new Map();
  if (strip) {
    items.push({ kind: "strip", index: view.below, first: view.first, end: view.end, bottom: 0, top: strip, on: null });
    byBox.set(view.below, items[0]);
  }
  for (const index of shown) {
    const box = boxes[index];
    const first = Math.max(box.first, view.first);
    const end = Math.min(box.end, view.end);
    const on = byBox.get(box.parent) ?? null;
    const top = strip + tops[index];
    if ((end - first) * column >= LEAST_WIDTH) {
      const item = { kind: "box", index, first, end, bottom: top - measure(box), top, on };
      byBox.set(index, item);
      items.push(item);
      continue;
    }
    const crowd = on?.kind === "crowd" ? on : crowdAt(crowds, items, on, first, top - measure(box));
    byBox.set(index, crowd);
    join(crowd, box, end, top, byte);
  }
  return { column, byte, items };
}

function crowdAt(crowds, items, on, first, bottom) {
  const last = crowds.get(on);
  if (last && last.end === first) return last;
  const crowd = { kind: "crowd", first, end: first, bottom, top: bottom, on, tops: [], wastes: [] };
  crowds.set(on, crowd);
  items.push(crowd);
  return crowd;
}

function join(crowd, box, end, top, byte) {
  for (let column = crowd.end; column < end; column += 1) {
    crowd.tops.push(crowd.bottom);
    crowd.wastes.push(0);
  }
  crowd.end = Math.max(crowd.end, end);
  crowd.top = Math.max(crowd.top, top);
  const place = (column) => column - crowd.first;
  for (let column = Math.max(box.first, crowd.first); column < end; column += 1) {
    crowd.tops[place(column)] = Math.max(crowd.tops[place(column)], top);
  }
  for (const [first, after, bytes] of box.bands) {
    for (let column = Math.max(first, crowd.first); column < Math.min(after, end); column += 1) {
      crowd.wastes[place(column)] += bytes * byte;
    }
  }
}

/** The height of a byte, and of any box, with which the highest pile is as high as the picture. */
function scaled(shown, view, height) {
  const highest = (measure) => topsOf(shown, view, measure).reduce((most, top) => Math.max(most, top), 0);
  const room = {};
  for (const isShared of [true, false]) {
    const wanted = (box) => (box.uses > 1 === isShared ? leastHeight(box) : 0);
    room[isShared] = Math.min(1, height / 4 / Math.max(1, highest(wanted)));
  }
  const mostBytes = highest((box) => box.bytes ?? 0);
  let byte = mostBytes ? height / mostBytes : 0;
  const measure = (box) => Math.max(leastHeight(box) * room[box.uses > 1], (box.bytes ?? 0) * byte);
  for (let round = 0; byte && round < ROUNDS; round += 1) byte *= height / highest(measure);
  return { byte, measure };
}

function leastHeight(box) {
  if (box.bytes === undefined) return UNKNOWN_HEIGHT;
  return box.images.length && !box.isLeaf ? NAMED_HEIGHT : LEAST_HEIGHT;
}

function topsOf(shown, view, measure) {
  const tops = new Float64Array(boxes.length);
  for (const index of shown) {
    const { parent } = boxes[index];
    tops[index] = (parent === view.below || parent < 0 ? 0 : tops[parent]) + measure(boxes[index]);
  }
  return tops;
}

"use strict";
// The picture: draws a view, and moves the current item by keys. Only what is in the view is in the document.

const FLAT_NAMES = 132;
const UPRIGHT_NAMES = 14;
const LINE = 17;
const PADDING = 8;
const LEAST_CAPTION = 8;

class Picture {
  /** `choose(item)` is called when another item becomes current, `zoom(item)` and `leave()` when it is zoomed. */
  constructor(root, { choose, zoom, leave }) {
    this.root = root;
    this.actions = { choose, zoom, leave };
    this.view = EVERYTHING;
    this.items = [];
    this.current = null;
    this.column = 0;
    this.matches = null;
    root.addEventListener("keydown", (event) => this.press(event));
    root.addEventListener("click", (event) => this.point(event));
    new ResizeObserver(() => this.root.clientWidth !== this.width && this.draw()).observe(root);
  }

  show(view) {
    this.view = view;
    this.draw();
  }

  /** Dims all but some `boxes`, and marks `columns` in crowds: both are sets; null dims and marks nothing. */
  highlight(matches) {
    this.matches = matches;
    this.markMatches();
  }

  draw() {
    this.width = this.root.clientWidth;
    const column = this.width / (this.view.end - this.view.first);
    this.naming = column >= FLAT_NAMES ? "flat" : column >= UPRIGHT_NAMES ? "upright" : "none";
    this.gap = this.naming === "flat" ? 6 : column >= LEAST_WIDTH ? 1.5 : 1;
    const head = { flat: 46, upright: this.uprightRoom(), none: 26 }[this.naming];
    const height = Math.max(260, Math.min(520, window.innerHeight * 0.5));
    const { byte, items } = fit(this.view, this.width, height);
    const highest = items.reduce((most, item) => Math.max(most, item.top), 0);
    this.scale = { column, byte };
    this.ground = head + highest;
    this.items = items;
    const sheet = svg("svg", { width: this.width, height: this.ground + 2, role: "presentation" }, stripes());
    this.root.replaceChildren(sheet);
    this.character ??= measured(sheet);
    sheet.append(
      svg("line", { class: "ground", x1: 0, x2: this.width, y1: this.ground + 0.5, y2: this.ground + 0.5 }),
      ...items.map((item) => this.drawn(item)),
      (this.cursor = svg("rect", { class: "cursor" })),
    );
    this.markMatches();
    this.become(this.nearest(this.current));
  }

  /** The room for the longest name in the view, as far as there is so much. */
  uprightRoom() {
    const { first, end } = this.view;
    const leaves = boxes.filter((box) => box.isLeaf && box.first >= first && box.end <= end);
    const longest = leaves.reduce((most, box) => Math.max(most, shortNamesOf(box).length), 0);
    return Math.min(160, 20 + longest * (this.character ?? 7.3));
  }

  x(column) {
    return (column - this.view.first) * this.scale.column;
  }

  placeOf({ first, end, bottom, top }) {
    const x = this.x(first);
    return {
      x,
      y: this.ground - top,
      width: Math.max(1, this.x(end) - x - this.gap),
      height: Math.max(1, top - bottom - 1),
    };
  }

  /** The element of an item; each knows its own (`element`). */
  drawn(item) {
    const place = this.placeOf(item);
    const inside = { box: () => this.box(item, place), crowd: () => this.crowd(item), strip: () => this.strip(item, place) };
    item.level = item.on ? item.on.level + 1 : 1;
    item.element = svg(
      "g",
      {
        id: `item-${item.kind}-${item.index ?? item.first}`,
        class: `item ${item.kind}`,
        role: "treeitem",
        "aria-level": item.level,
        "aria-selected": "false",
      },
      svg("title", {}, spokenItem(item)),
      ...inside[item.kind](),
    );
    return item.element;
  }

  box({ index }, place) {
    const box = boxes[index];
    const parts = [svg("rect", { ...place, class: `shape ${kindOf(box)}` })];
    let deepest = 0;
    for (const [first, end, bytes] of box.bands) {
      const from = Math.max(first, this.view.first);
      const to = Math.min(end, this.view.end);
      if (from >= to) continue;
      const height = Math.min(place.height, Math.max(2, bytes * this.scale.byte));
      deepest = Math.max(deepest, height);
      const width = Math.max(1, this.x(to) - this.x(from) - this.gap);
      parts.push(svg("rect", { x: this.x(from), y: place.y, width, height, class: "wasted" }));
    }
    const isCovered = place.height - deepest < LINE && place.height >= LINE && box.images.length && !box.isLeaf;
    parts.push(...(isCovered ? this.plate(box, place) : this.captions(box, place, deepest)));
    if (box.isLeaf && box.images.length) parts.push(...this.name(box, place));
    return parts;
  }

  /** As many lines as there is room for: images that end in the middle of a column, instruction, size. */
  captions(box, { x, y, width, height }, used) {
    const lines = Math.floor((height - used + 2) / LINE);
    let room = Math.floor((width - 2 * PADDING) / this.character);
    if (lines < 1 || room < LEAST_CAPTION) return [];
    const size = sizeOf(box);
    const left = x + PADDING;
    const top = y + used;
    const baseline = lines === 1 ? top + (height - used) / 2 + 4 : top + 15;
    const captions = [{ words: box.instruction }];
    const parts = [];
    if (box.images.length && !box.isLeaf) captions.unshift({ words: shortNamesOf(box), class: "name", keepEnd: true });
    if (lines > 1 && room >= size.length) {
      const longer = `${size}, stored once for ${counted(box.uses, "image")}`;
      captions.splice(lines - 1, captions.length, { words: box.uses > 1 && longer.length <= room ? longer : size });
    } else if (room > size.length + LEAST_CAPTION) {
      parts.push(svg("text", { x: x + width - PADDING, y: baseline, class: "end" }, size));
      room -= size.length + 2;
    }
    captions.slice(0, lines).forEach((caption, row) => {
      const words = shortened(caption.words, room, caption.keepEnd);
      parts.push(svg("text", { x: left, y: baseline + row * LINE, class: caption.class }, words));
    });
    return parts;
  }

  /** The images that end in a box, on waste that leaves no room beside it. */
  plate(box, { x, y, width, height }) {
    const name = shortened(shortNamesOf(box), Math.floor((width - 2 * PADDING) / this.character), true);
    const middle = y + height / 2;
    const plate = { x: x + PADDING - 4, y: middle - 8, width: name.length * this.character + 8, height: 16 };
    return [
      svg("rect", { ...plate, class: kindOf(box) }),
      svg("text", { x: x + PADDING, y: middle + 4, class: "name" }, name),
    ];
  }

  /** Above a column: the images that end there, and their size. */
  name(box, { x, y, width }) {
    if (this.naming === "flat") {
      const room = Math.floor(width / this.character);
      return [
        svg("text", { x, y: y - 24, class: "name" }, shortened(shortNamesOf(box), room, true)),
        svg("text", { x, y: y - 8, class: "faint" }, sizeOfImage(images[box.images[0]])),
      ];
    }
    if (this.naming === "none") return [];
    const middle = x + width / 2 + 4;
    const words = shortened(shortNamesOf(box), Math.floor((y - 8) / this.character), true);
    return [svg("text", { x: middle, y: y - 6, transform: `rotate(-90 ${middle} ${y - 6})` }, words)];
  }

  /** An outline; columns that fall on one pixel are drawn as the highest of them. */
  crowd(item) {
    const highest = new Map();
    item.tops.forEach((top, number) => {
      const place = Math.floor(this.x(item.first + number));
      if (!(highest.get(place)?.top >= top)) highest.set(place, { top, waste: item.wastes[number] });
    });
    const steps = [...highest];
    const bottom = this.ground - item.bottom;
    let outline = `M${steps[0][0]} ${bottom}`;
    let marks = "";
    steps.forEach(([place, { top, waste }], number) => {
      const end = steps[number + 1]?.[0] ?? Math.max(place + 1, Math.floor(this.x(item.end)));
      outline += `V${this.ground - top}H${end}`;
      if (waste >= 0.5) marks += `M${place} ${this.ground - top}H${end}v${Math.min(waste, top - item.bottom)}H${place}z`;
    });
    const parts = [svg("path", { d: `${outline}V${bottom}z`, class: "shape own" })];
    if (marks) parts.push(svg("path", { d: marks, class: "wasted" }));
    const words = crowdName(item);
    const from = this.x(item.first);
    const room = words.length * this.character;
    if (this.x(item.end) - from > room) {
      const under = steps.reduce((most, [place, { top }]) => (place < from + room ? Math.max(most, top) : most), 0);
      parts.push(svg("text", { x: from, y: this.ground - under - 8, class: "faint" }, words));
    }
    return parts;
  }

  strip({ index }, { x, y, width, height }) {
    const size = stripSize(index);
    const room = Math.floor((width - 2 * PADDING) / this.character) - size.length - 2;
    const baseline = y + height / 2 + 4;
    const words = shortened(`on ${stripName(index)}`, Math.max(1, room), false);
    return [
      svg("rect", { x, y, width, height, class: "shape beneath" }),
      room > LEAST_CAPTION ? svg("text", { x: x + PADDING, y: baseline }, words) : null,
      svg("text", { x: x + width - PADDING, y: baseline, class: "end" }, size),
    ];
  }

  /** Dims what does not match, and marks in a crowd what does. */
  markMatches() {
    for (const item of this.items) {
      const hits = this.matches && item.kind === "crowd" ? this.hitsIn(item) : [];
      const isDim = this.matches !== null && item.kind !== "strip" && !this.matches.boxes.has(item.index);
      item.element.classList.toggle("dim", isDim);
      item.element.querySelector(".hits")?.remove();
      if (hits.length) item.element.append(svg("path", { d: hits.join(""), class: "hits" }));
    }
  }

  /** The outlines of the columns of a crowd that match. */
  hitsIn(item) {
    const width = Math.max(1.5, this.scale.column - this.gap);
    return item.tops.flatMap((top, number) => {
      if (!this.matches.columns.has(item.first + number)) return [];
      const x = this.x(item.first + number);
      return [`M${x} ${this.ground - top}h${width}V${this.ground - item.bottom}h${-width}z`];
    });
  }

  /** The item that shows a box, as far as the view has one. */
  itemOf(index) {
    const box = boxes[index];
    return (
      this.items.find((item) => item.kind === "box" && item.index === index) ??
      this.items.find((item) => item.kind === "crowd" && box.first >= item.first && box.end <= item.end) ??
      null
    );
  }

  /** What stands in for an item of an earlier drawing. */
  nearest(item) {
    if (!this.items.length) return null;
    const same = item && this.items.find((each) => each.element.id === item.element.id);
    if (same) return same;
    if (item?.kind === "box" && this.itemOf(item.index)) return this.itemOf(item.index);
    return this.items.find((each) => item && each.first <= item.first && each.end >= item.end) ?? this.items[0];
  }

  /** Makes an item the current one. */
  become(item) {
    this.current?.element.setAttribute("aria-selected", "false");
    this.current = item;
    if (!item) {
      this.root.removeAttribute("aria-activedescendant");
      return;
    }
    item.element.setAttribute("aria-selected", "true");
    const { x, y, width, height } = this.placeOf(item);
    filled(this.cursor, { x, y, width, height }, []);
    this.root.setAttribute("aria-activedescendant", item.element.id);
    if (this.column < item.first || this.column >= item.end) this.column = item.first;
  }

  choose(item) {
    if (!item) return;
    this.root.classList.add("used");
    this.become(item);
    this.actions.choose(item);
  }

  point(event) {
    const element = event.target.closest(".item");
    const item = this.items.find((each) => each.element === element);
    if (!item) return;
    const at = (event.clientX - this.root.getBoundingClientRect().left) / this.scale.column + this.view.first;
    this.column = Math.min(item.end - 1, Math.max(item.first, Math.floor(at)));
    if (item === this.current && this.root.classList.contains("used")) this.actions.zoom(item);
    else this.choose(item);
  }

  press(event) {
    const item = this.current;
    const act = {
      ArrowUp: () => this.choose(this.above(item)),
      ArrowDown: () => this.choose(item.on),
      ArrowLeft: () => this.choose(this.beside(item, item.first - 1)),
      ArrowRight: () => this.choose(this.beside(item, item.end)),
      Home: () => this.choose(this.beside(item, this.view.first)),
      End: () => this.choose(this.beside(item, this.view.end - 1)),
      Enter: () => this.actions.zoom(item),
      " ": () => this.choose(item),
      Escape: () => this.actions.leave(),
    }[event.key];
    if (!act || !item || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  above(item) {
    const standing = this.items.filter((each) => each.on === item);
    return standing.find((each) => each.first <= this.column && each.end > this.column) ?? standing[0];
  }

  /** In another column, the item that is as far from the base, or else the uppermost. */
  beside(item, column) {
    const piled = this.items.filter((each) => each.first <= column && each.end > column);
    if (!piled.length) return null;
    this.column = column;
    return piled.find((each) => each.level === item.level) ?? piled.at(-1);
  }
}

function spokenItem(item) {
  if (item.kind === "crowd") return `${crowdName(item)}, too many to draw apart; zoom in to see them`;
  if (item.kind === "strip") return `on ${stripName(item.index)}, ${stripSize(item.index)}`;
  return spoken(boxes[item.index]);
}

function crowdName(item) {
  item.images ??= imagesBetween(item.first, item.end).sort((one, other) => images[other].bytes - images[one].bytes);
  return counted(item.images.length, "image");
}

/** What a zoomed view stands on: the uppermost image of it, or else its largest layer. */
function stripName(index) {
  const below = chain(index);
  const named = below.findLast((each) => boxes[each].images.length);
  if (named !== undefined) return namesOf(boxes[named]);
  return boxes[below.reduce((best, each) => ((boxes[each].bytes ?? 0) > (boxes[best].bytes ?? 0) ? each : best))].instruction;
}

function stripSize(index) {
  const below = chain(index).map((each) => boxes[each]);
  const bytes = below.reduce((sum, box) => sum + (box.bytes ?? 0), 0);
  if (below.some((box) => box.bytes === undefined)) return bytes ? `at least ${readable(bytes)}` : "size unknown";
  return (below.some((box) => isVague(box.basis)) ? "about " : "") + readable(bytes);
}

function stripes() {
  const pattern = svg("pattern", { id: "stripes", width: 6, height: 6, patternUnits: "userSpaceOnUse" });
  pattern.setAttribute("patternTransform", "rotate(45)");
  pattern.append(svg("rect", { width: 6, height: 6, class: "stripe-ground" }), svg("line", { y2: 6, class: "stripe" }));
  return svg("defs", {}, pattern);
}

/** The width of a character of the picture's font. */
function measured(sheet) {
  const sample = svg("text", {}, "0".repeat(20));
  sheet.append(sample);
  const width = sample.getComputedTextLength() / 20;
  sample.remove();
  return width || 7.25;
}

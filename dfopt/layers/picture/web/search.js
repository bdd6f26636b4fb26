"use strict";
// Search in names of images, instructions and paths of files.

const MOST_RESULTS = 40;
const PAUSE = 120;

class Search {
  /** `found(matches)` is called with what the picture highlights; `go(box)` when a result is chosen. */
  constructor(field, status, list, { found, go }) {
    Object.assign(this, { field, status, list, actions: { found, go } });
    field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.run(), PAUSE);
    });
    field.addEventListener("keydown", (event) => this.press(event));
    list.addEventListener("keydown", (event) => this.move(event));
  }

  run() {
    const query = this.field.value.trim().toLowerCase();
    const hits = query ? [...imageHits(query), ...layerHits(query), ...fileHits(query)] : [];
    const shown = hits.slice(0, MOST_RESULTS);
    this.status.textContent = query ? this.told(hits) : "";
    this.list.hidden = !hits.length;
    this.list.replaceChildren(...shown.map((hit) => this.row(hit)));
    if (hits.length > shown.length) {
      this.list.append(html("li", { class: "note" }, `and ${(hits.length - shown.length).toLocaleString("en")} more`));
    }
    this.actions.found(query ? matchesOf(hits) : null);
  }

  told(hits) {
    if (!hits.length) return "Nothing found";
    const number = (kind) => hits.filter((hit) => hit.kind === kind).length;
    return ["image", "layer", "file"].filter(number).map((kind) => counted(number(kind), kind)).join(", ");
  }

  row({ kind, words, bytes, box }) {
    const users = imagesBetween(boxes[box].first, boxes[box].end).map((image) => images[image].name.slice(fleet.prefix.length));
    return html(
      "li",
      {},
      button(words, () => this.actions.go(box)),
      html("span", { class: "kind" }, kind === "image" ? kind : `${kind} in ${shortened(together(users), 48)}`),
      size(bytes),
    );
  }

  clear() {
    this.field.value = "";
    this.run();
  }

  press(event) {
    if (event.key === "Escape" && this.field.value) {
      event.preventDefault();
      event.stopPropagation();
      this.clear();
    } else if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      clearTimeout(this.timer);
      this.run();
      const first = this.list.querySelector("button");
      if (event.key === "Enter") first?.click();
      else first?.focus();
    }
  }

  move(event) {
    const buttons = [...this.list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Escape: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    (buttons[next] ?? (next < 0 ? this.field : buttons[at])).focus();
  }
}

/** An image is shown down to its base; a layer or a file where it is. */
function matchesOf(hits) {
  const found = { boxes: new Set(), columns: new Set() };
  for (const { kind, box } of hits) {
    for (const index of kind === "image" ? chain(box) : [box]) found.boxes.add(index);
    const { first, end } = boxes[box];
    for (let column = first; column < (kind === "image" ? first + 1 : end); column += 1) found.columns.add(column);
  }
  return found;
}

function imageHits(query) {
  return images
    .filter((image) => image.box >= 0 && image.name.toLowerCase().includes(query))
    .map((image) => ({ kind: "image", words: image.name, bytes: sizeOfImage(image), box: image.box }));
}

/** Layers, the largest first. */
function layerHits(query) {
  const hits = [];
  boxes.forEach((box, index) => {
    if (!box.instruction.toLowerCase().includes(query)) return;
    hits.push({ kind: "layer", words: shortened(box.instruction, 160), bytes: sizeOf(box), box: index });
  });
  return hits.sort((one, other) => (boxes[other.box].bytes ?? 0) - (boxes[one.box].bytes ?? 0));
}

/** Files, the largest first; each where its layer stands first. */
function fileHits(query) {
  const places = new Map();
  boxes.forEach((box, index) => places.has(box.layer) || places.set(box.layer, index));
  const hits = [];
  layerDetails().files.forEach((files, layer) => {
    for (const [path, bytes] of files) {
      if (path.toLowerCase().includes(query)) hits.push({ kind: "file", words: path, size: bytes, box: places.get(layer) });
    }
  });
  hits.sort((one, other) => other.size - one.size);
  return hits.map((hit) => ({ ...hit, bytes: readable(hit.size) }));
}

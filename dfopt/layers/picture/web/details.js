"use strict";
// The panel that shows one layer with its files, or the images of a crowd.

const FIRST_ROWS = 12;
const FIRST_IMAGES = 40;

class Details {
  /** `go(box)` is called when another layer is asked for, `zoom()` and `leave()` to zoom in and out; `isZoomed()` tells. */
  constructor(heading, body, { go, zoom, leave, isZoomed }) {
    this.heading = heading;
    this.body = body;
    this.actions = { go, zoom, leave, isZoomed };
  }

  show(item) {
    if (item.kind === "crowd") this.crowd(item);
    else this.layer(item.index);
  }

  zoomButtons() {
    return html(
      "p",
      { class: "buttons" },
      button("Zoom in", () => this.actions.zoom()),
      button("Zoom out", () => this.actions.leave(), { disabled: !this.actions.isZoomed() }),
    );
  }

  crowd(item) {
    this.heading.textContent = crowdName(item);
    const rows = item.images.map((number) => this.imageRow(number));
    this.body.replaceChildren(this.zoomButtons(), longList(rows, FIRST_IMAGES, { class: "links" }));
  }

  imageRow(number) {
    const image = images[number];
    return html("li", {}, button(image.name, () => this.actions.go(image.box)), size(sizeOfImage(image)));
  }

  layer(index) {
    const box = boxes[index];
    const files = layerDetails().files[box.layer];
    const waste = this.wasteOf(index);
    this.heading.textContent = box.images.length ? namesOf(box) : "Layer";
    this.body.replaceChildren(
      this.zoomButtons(),
      html("p", { class: "instruction", dir: "ltr" }, box.instruction),
      this.facts(index),
      ...(waste.length ? titled("Waste in this layer", longList(waste.map(fileRow(waste)), FIRST_ROWS, { class: "files waste" })) : []),
      ...titled(
        "Largest files",
        files.length
          ? longList(files.map(fileRow(files)), FIRST_ROWS, { class: "files" })
          : html("p", { class: "note" }, "Its files are not known: they are when images are read, not Dockerfiles or manifests."),
      ),
      ...titled("Layers from here to the base", this.pile(index)),
    );
  }

  facts(index) {
    const box = boxes[index];
    const users = imagesBetween(box.first, box.end).length;
    const rows = [
      ["Size", box.basis === "compressed" ? `${sizeOf(box)}, compressed` : sizeOf(box)],
      ["Stored", box.uses > 1 ? `once, for ${counted(box.uses, "image")}` : "for this image alone"],
      ["Position", `${box.depth + 1} from the base`],
      ["From", box.place],
      ["Content", box.id.length > 24 ? `${box.id.slice(0, 23)}…` : box.id],
    ];
    if (box.uses > 1 && users < box.uses && !box.images.length) rows[1][1] += ", on different layers too";
    return html(
      "dl",
      { class: "facts" },
      ...rows.filter(([, value]) => value).flatMap(([name, value]) => [html("dt", {}, name), html("dd", {}, value)]),
    );
  }

  /** The waste in a layer as the images above it have it: each path once. */
  wasteOf(index) {
    const box = boxes[index];
    const byPath = new Map();
    if (!box.bands.length) return [];
    for (const number of imagesBetween(box.first, box.end)) {
      for (const [path, bytes, kind, depth] of layerDetails().waste[number]) {
        if (depth === box.depth) byPath.set(path, [path, bytes, kind]);
      }
    }
    return [...byPath.values()].sort((one, other) => other[1] - one[1]);
  }

  pile(index) {
    const below = chain(index).reverse();
    const most = below.reduce((largest, each) => Math.max(largest, boxes[each].bytes ?? 0), 1);
    return html(
      "ol",
      { class: "links pile" },
      ...below.map((each) => {
        const box = boxes[each];
        const words = box.images.length ? namesOf(box) : shortened(box.instruction, 80);
        const attributes = each === index ? { "aria-current": "true" } : {};
        return html("li", {}, button(words, () => this.actions.go(each), attributes), size(sizeOf(box)), bar(box.bytes, most));
      }),
    );
  }
}

function titled(words, element) {
  return [html("h3", {}, words), element];
}

function size(words) {
  return html("span", { class: "size" }, words);
}

/** A bar whose length is a share of the longest. */
function bar(bytes, most) {
  const made = html("span", { class: "bar", "aria-hidden": "true" });
  made.style.inlineSize = `${(100 * (bytes ?? 0)) / most}%`;
  return made;
}

/** Makes rows of files: path, bytes, and why it is waste. */
function fileRow(rows) {
  const most = Math.max(1, rows[0][1]);
  return ([path, bytes, kind]) =>
    html(
      "li",
      {},
      html("span", { class: "path", dir: "ltr" }, path),
      size(readable(bytes)),
      kind ? html("span", { class: "kind" }, kind) : null,
      bar(bytes, most),
    );
}

/** A list that shows the first rows, and the others when asked. */
function longList(rows, first, attributes) {
  const list = html("ol", attributes, ...rows.slice(0, first));
  const more = rows.length - first;
  if (more <= 0) return list;
  const rest = button(`Show ${more.toLocaleString("en")} more`, () => {
    list.append(...rows.slice(first));
    rest.remove();
    list.children[first].querySelector("button")?.focus();
  });
  return html("div", {}, list, rest);
}

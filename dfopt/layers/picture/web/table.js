"use strict";
// All images as a table that can be sorted: what the picture shows, for those who do not look at it.

const PAGE = 100;
const COLUMNS = [
  { name: "Image", key: (image) => image.name, cell: (image) => image.name },
  { name: "Size", key: (image) => image.bytes, cell: sizeOfImage },
  { name: "Shared", key: (image) => image.bytes - image.own, cell: (image) => readable(image.bytes - image.own) },
  { name: "Alone", key: (image) => image.own, cell: (image) => readable(image.own) },
  { name: "Waste", key: (image) => image.waste, cell: (image) => (image.waste ? readable(image.waste) : "none") },
  { name: "Layers", key: (image) => image.layers, cell: (image) => image.layers.toLocaleString("en") },
];

class Table {
  /** `go(box)` is called when an image is chosen. */
  constructor({ heads, rows, more, shown }, { go }) {
    Object.assign(this, { rows, more, shown, go, sorted: 1, isAscending: false, query: "" });
    this.heads = COLUMNS.map(({ name }, number) =>
      html("th", { scope: "col", class: number ? "number" : undefined }, button(name, () => this.sort(number))),
    );
    heads.append(...this.heads);
    more.addEventListener("click", () => this.extend());
    this.fill();
  }

  sort(number) {
    this.isAscending = this.sorted === number ? !this.isAscending : number === 0;
    this.sorted = number;
    this.fill();
  }

  filter(query) {
    this.query = query.trim().toLowerCase();
    this.fill();
  }

  fill() {
    const { key } = COLUMNS[this.sorted];
    const sign = this.isAscending ? 1 : -1;
    const compare = (one, other) => (key(one) < key(other) ? -sign : key(one) > key(other) ? sign : 0);
    this.listed = images.filter((image) => image.name.toLowerCase().includes(this.query)).sort(compare);
    this.heads.forEach((head, number) => {
      const order = this.isAscending ? "ascending" : "descending";
      if (number === this.sorted) head.setAttribute("aria-sort", order);
      else head.removeAttribute("aria-sort");
    });
    this.rows.replaceChildren();
    this.extend();
  }

  extend() {
    const from = this.rows.childElementCount;
    this.rows.append(...this.listed.slice(from, from + PAGE).map((image) => this.row(image)));
    const left = this.listed.length - this.rows.childElementCount;
    this.more.hidden = left <= 0;
    this.more.textContent = `Show ${Math.min(left, PAGE)} more`;
    this.shown.textContent = `${this.rows.childElementCount.toLocaleString("en")} of ${counted(images.length, "image")}`;
  }

  row(image) {
    const [first, ...others] = COLUMNS;
    const name = image.box < 0 ? first.cell(image) : button(first.cell(image), () => this.go(image.box));
    return html(
      "tr",
      {},
      html("th", { scope: "row" }, name),
      ...others.map(({ cell }) => html("td", { class: "number" }, cell(image))),
    );
  }
}

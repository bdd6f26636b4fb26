"use strict";
// Puts the parts together: what is zoomed in to, what is chosen, and what the search found.

const byId = (id) => document.getElementById(id);
const trail = [{ view: EVERYTHING, words: "All images" }];

const picture = new Picture(byId("picture"), { choose, zoom, leave });
const details = new Details(byId("details-heading"), byId("details-body"), {
  go: reveal,
  zoom: () => picture.current && zoom(picture.current),
  leave,
  isZoomed: () => trail.length > 1,
});
const search = new Search(byId("query"), byId("found"), byId("results"), { found, go: reveal });

function choose(item) {
  details.show(item);
}

function zoom(item) {
  if (item.kind === "strip") {
    leave();
    return;
  }
  const view = item.kind === "crowd" ? { below: item.on?.index ?? -1, first: item.first, end: item.end } : viewOf(item.index);
  const { below, first, end } = trail.at(-1).view;
  if (view.below === below && view.first === first && view.end === end) return;
  const words = item.kind === "crowd" ? crowdName(item) : wordsOf(boxes[item.index]);
  trail.push({ view, words });
  move();
}

function wordsOf(box) {
  return shortened(box.images.length ? shortNamesOf(box) : box.instruction, 32, box.images.length > 0);
}

function leave(depth = trail.length - 2) {
  if (depth < 0 || trail.length === 1) return;
  trail.length = depth + 1;
  move();
}

function move() {
  showTrail();
  if (picture.current) details.show(picture.current);
}

function showTrail() {
  byId("trail").replaceChildren(
    ...trail.map(({ words }, depth) => {
      const isLast = depth === trail.length - 1;
      const attributes = isLast ? { "aria-current": "location" } : {};
      return html("li", {}, button(words, () => leave(depth), attributes));
    }),
  );
  picture.show(trail.at(-1).view);
}

/** Shows a box, zooming in as far as that takes, and moves there. */
function reveal(index) {
  if (picture.itemOf(index)?.kind !== "box") {
    trail.length = 1;
    picture.show(EVERYTHING);
    if (picture.itemOf(index)?.kind !== "box") trail.push({ view: around(index), words: wordsOf(boxes[index]) });
    showTrail();
  }
  picture.choose(picture.itemOf(index));
  byId("picture").focus();
}

/** A view that is narrow enough for a box to be drawn: its neighbours on the same box. */
function around(index) {
  const most = Math.max(1, Math.floor(byId("picture").clientWidth / 48));
  let root = index;
  while (boxes[root].parent >= 0 && boxes[boxes[root].parent].end - boxes[boxes[root].parent].first <= most) {
    root = boxes[root].parent;
  }
  const { parent, first, end } = boxes[root];
  if (end - first > most) return viewOf(root);
  const within = parent < 0 ? EVERYTHING : boxes[parent];
  const start = Math.max(within.first, Math.min(first - Math.floor((most - (end - first)) / 2), within.end - most));
  return { below: parent, first: start, end: Math.min(within.end, start + most) };
}

function found(matches) {
  picture.highlight(matches);
  table.filter(byId("query").value);
}

function showTotals() {
  const figures = [
    ["stored", readable(fleet.stored)],
    ["if each stood alone", readable(fleet.apart)],
    ["saved by sharing", `${(100 * fleet.ratio).toFixed(fleet.ratio < 0.0995 && fleet.ratio ? 1 : 0)} %`],
    ["waste in it", readable(fleet.waste)],
  ];
  if (fleet.unsized) figures.push(["without a known size", counted(fleet.unsized, "layer")]);
  byId("totals").append(...figures.map(([name, figure]) => html("div", {}, html("dt", {}, name), html("dd", {}, figure))));
}

function showLegend() {
  const kinds = [
    ["shared", "in several images, stored once"],
    ["own", "in one image"],
    ["wasted", "waste"],
    ["unknown", "size unknown"],
  ].filter(([kind]) => boxes.some((box) => kindOf(box) === kind || (kind === "wasted" && box.bands.length)));
  const rows = kinds.map(([kind, words]) => html("li", {}, html("span", { class: `swatch ${kind}`, "aria-hidden": "true" }), words));
  byId("legend").append(...rows);
  const names = fleet.prefix ? `Names in it are without ${fleet.prefix}` : "";
  byId("basis").textContent = `${fleet.basisNote} Very thin layers are drawn thicker than they are. ${names}`;
}

function showProposals() {
  if (!fleet.proposals) return;
  const rows = fleet.proposals.map((proposal) => {
    const { message, bytes, basis, places = [] } = proposal;
    const saved = bytes === undefined ? "saving unknown" : `saves ${isVague(basis) ? "about " : ""}${readable(bytes)}`;
    return html(
      "li",
      {},
      html("p", {}, html("strong", {}, saved), " ", ...withCode(message)),
      places.length ? html("p", { class: "places", dir: "ltr" }, together(places)) : null,
      button("Show in the picture", () => showImages(proposal.images ?? []), { "aria-label": `Show in the picture: ${message}` }),
    );
  });
  byId("proposals").hidden = !rows.length;
  byId("proposal-list").replaceWith(longList(rows, FIRST_ROWS, { id: "proposal-list" }));
}

/** Words, with what stands in backquotes as code. */
function withCode(words) {
  return words.split("`").map((part, number) => (number % 2 ? html("code", {}, part) : part));
}

/** Highlights all that some images consist of. */
function showImages(numbers) {
  const tops = numbers.map((number) => images[number].box).filter((box) => box >= 0);
  leave(0);
  picture.highlight({ boxes: new Set(tops.flatMap(chain)), columns: new Set(tops.map((top) => boxes[top].first)) });
  byId("found").textContent = `${counted(tops.length, "image")} highlighted`;
  byId("picture").focus();
  byId("picture").scrollIntoView({ block: "center" });
}

function showProblems() {
  if (!fleet.problems?.length) return;
  byId("problems").hidden = false;
  byId("problem-list").append(...fleet.problems.flatMap(([subject, message]) => [html("dt", {}, subject), html("dd", {}, message)]));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !(picture.matches || trail.length > 1)) return;
  if (picture.matches) search.clear();
  else leave();
  byId("picture").focus();
});

byId("main").hidden = false;
showTotals();
showLegend();
showProposals();
showProblems();
const table = new Table(
  { heads: byId("columns"), rows: byId("rows"), more: byId("more"), shown: byId("shown") },
  { go: reveal },
);
showTrail();
document.documentElement.dataset.ready = "true";

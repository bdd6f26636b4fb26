"use strict";
// Making elements. Texts of the fleet only ever become text nodes and attributes, never markup.

const SVG = "http://www.w3.org/2000/svg";

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

/** An element of HTML; functions among the attributes listen to the event of that name. */
function html(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function button(words, act, attributes = {}) {
  return html("button", { type: "button", click: act, ...attributes }, words);
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** A text in at most `room` columns of a fixed-width font; what is cut away is where … stands. */
function shortened(text, room, keepEnd = false) {
  const width = (character) => (WIDE.test(character) ? 2 : 1);
  if (text.length * 2 <= room) return text;
  const characters = [...text.slice(...(keepEnd ? [-2 * room - 2] : [0, 2 * room + 2]))];
  const isWhole = characters.join("").length === text.length;
  if (isWhole && characters.reduce((sum, character) => sum + width(character), 0) <= room) return text;
  if (keepEnd) characters.reverse();
  const kept = [];
  let used = 1;
  for (const character of characters) {
    used += width(character);
    if (used > room) break;
    kept.push(character);
  }
  return keepEnd ? `…${kept.reverse().join("")}` : `${kept.join("").trimEnd()}…`;
}

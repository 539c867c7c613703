// Find a source text's paragraphs in a reader's own file: what sourcebook/splitting.py does,
// in the browser. tests/cases/splitting drives both; change one and the other together.
// maps: [{id, paragraphs: [{id, words, prints: [...]}]}]; a split: {paragraphs, missing, unmatched}.
"use strict";

const sourcebookSplitting = (() => {
  const SHINGLE = 3, STRIDE = 8, ENOUGH = 0.3, SMALL_GAP = 6;
  const MARKS = "\\u0300-\\u036f\\u00ad\\u200b-\\u200d\\u2060\\ufeff";
  const LETTERS = `[\\p{L}\\p{N}]+(?:[${MARKS}]+[\\p{L}\\p{N}]*)*`;
  const WORD = new RegExp(`${LETTERS}(?:['’]${LETTERS})*`, "gu");
  const UNSEEN = new RegExp(`[${MARKS}]`, "gu");
  const BROKEN = /(?<!\p{L})(\p{L}+)([-\u00ad\u2010])\n([ \t]*)([a-z]\p{L}*)(\S*)/gu;

  const DASH = /(?<=[\p{L}\p{N}_]—)\n([ \t]*)(\S+)|(?<=[\p{L}\p{N}_])\n([ \t]*)(—\S+)/gu;

  const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });

  function hash(forms) {
    let crc = 0xffffffff;
    for (const byte of new TextEncoder().encode(forms.join(" ")))
      crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
    return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0").slice(0, 5);
  }

  function normal(word) {
    const plain = word.toLowerCase().normalize("NFKD").replace(UNSEEN, "").replaceAll("’", "'");
    return plain.replaceAll("our", "or").replace(/is(e[sd]?|ing|ation)$/, "iz$1");
  }

  function wordsOf(text) {
    return Array.from(text.matchAll(WORD), (match) => ({
      form: normal(match[0]), start: match.index, end: match.index + match[0].length }));
  }

  function kept(length) {
    const offsets = new Set();
    for (let at = 0; at <= length - SHINGLE; at += STRIDE) offsets.add(at);
    if (length >= SHINGLE) offsets.add(length - SHINGLE);
    return [...offsets].sort((a, b) => a - b);
  }

  function joined(text) {
    const inside = new Set(
      (text.match(/(?<!\p{L})\p{L}+-\p{L}+/gu) || []).map((word) => word.toLowerCase()));
    return text.replace(BROKEN, (_, head, hyphen, indent, tail, rest) =>
      inside.has(`${head}-${tail}`.toLowerCase())
        ? `${head}-${tail}${rest}\n${indent}` : `${head}${tail}${rest} \n${indent}`)
      .replace(DASH, (_, a, b, c, d) => `${b ?? d}\n${a ?? c}`);
  }

  function plain(text) {
    const lines = text.replace(/\r\n/g, "\n").replace(/[\r\f]/g, "\n").split("\n");
    return lines.map((line, n) => [`line ${n + 1}`, line]);
  }

  // A web page's words, a line a block, nothing of scripts and styles.
  const INLINE = new Set(("A ABBR ACRONYM B BDI BDO BIG CITE CODE DATA DEL DFN EM FONT I INS KBD " +
    "LABEL MARK NOBR Q RP RT RUBY S SAMP SMALL SPAN STRIKE STRONG SUB TIME TT U VAR WBR").split(" "));
  const SILENT = new Set(["SCRIPT", "STYLE", "TEMPLATE"]);
  const NOTE = /^\s*[[(]?(\d{1,3}|[*†‡§]+)[\])]?\s*$/;

  function page(source) {
    const blocks = [];
    let words = [];
    const end = () => {
      const text = words.join("").trim();
      if (text) blocks.push([`block ${blocks.length + 1}`, text]);
      words = [];
    };
    const walk = (node) => {
      if (node.nodeType === 3) words.push(node.data.replace(/\s+/g, " "));
      if (node.nodeType !== 1 || SILENT.has(node.tagName)) return;
      if (node.tagName === "SUP" && NOTE.test(node.textContent)) {
        words.push(`\n${node.textContent.trim()}\n`);
        return;
      }
      const inline = INLINE.has(node.tagName) || node.tagName === "SUP";
      if (!inline) end();
      for (const child of node.childNodes) walk(child);
      if (!inline) end();
    };
    walk(new DOMParser().parseFromString(source, "text/html").documentElement);
    end();
    return blocks;
  }

  function read(name, source) {
    const web = /\.x?html?$/i.test(name) || /^\s*(<!doctype html|<html\b)/i.test(source);
    return web ? page(source) : plain(source);
  }

  function hitsOf(words, map) {
    const index = new Map();
    let offset = 0;
    map.paragraphs.forEach((paragraph, n) => {
      kept(paragraph.words).forEach((at, k) => {
        const print = paragraph.prints[k];
        if (!index.has(print)) index.set(print, []);
        index.get(print).push([offset + at, n]);
      });
      offset += paragraph.words;
    });
    for (const places of index.values()) places.sort((a, b) => b[0] - a[0]);
    const forms = words.map((word) => word.form);
    const hits = [];
    for (let at = 0; at + SHINGLE <= forms.length; at++)
      for (const [place, paragraph] of index.get(hash(forms.slice(at, at + SHINGLE))) || [])
        hits.push({ at, place, paragraph });
    return hits;
  }

  function longestChain(hits) {
    const tails = [], ends = [], before = [];
    hits.forEach((hit, n) => {
      let low = 0, high = tails.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (tails[middle] < hit.place) low = middle + 1; else high = middle;
      }
      before.push(low ? ends[low - 1] : -1);
      tails[low] = hit.place;
      ends[low] = n;
    });
    const chain = [];
    for (let n = ends.length ? ends[ends.length - 1] : -1; n >= 0; n = before[n])
      chain.push(hits[n]);
    return chain.reverse();
  }

  function together(hits, length) {
    const groups = [];
    for (const hit of hits) {
      const last = groups.length ? groups[groups.length - 1].at(-1) : null;
      if (last && hit.at - last.at <= hit.place - last.place + length + 20)
        groups[groups.length - 1].push(hit);
      else groups.push([hit]);
    }
    return groups.reduce((best, group) => (group.length > best.length ? group : best), []);
  }

  function placesOf(chain, map, total) {
    const byParagraph = new Map();
    for (const hit of chain) {
      if (!byParagraph.has(hit.paragraph)) byParagraph.set(hit.paragraph, []);
      byParagraph.get(hit.paragraph).push(hit);
    }
    const places = [];
    let start = 0;
    map.paragraphs.forEach((paragraph, n) => {
      const hits = together(byParagraph.get(n) || [], paragraph.words);
      if (hits.length >= Math.max(2, ENOUGH * paragraph.prints.length)) {
        const head = hits[0].place - start;
        const tail = start + paragraph.words - hits.at(-1).place;
        places.push({
          paragraph, hits, furniture: new Set(),
          first: Math.max(0, hits[0].at - head), last: Math.min(total, hits.at(-1).at + tail) });
      }
      start += paragraph.words;
    });
    return places;
  }

  function cut(a, b, low, high, lines) {
    const from = Math.max(a, low), to = Math.max(Math.min(b, high), from);
    for (let n = to; n >= from; n--)
      if (n > 0 && n < lines.length && lines[n] !== lines[n - 1]) return n;
    return to;
  }

  function settle(left, right, lines) {
    const low = left.hits.at(-1).at + SHINGLE, high = right.hits[0].at;
    const gap = right.first - left.last;
    if (gap < 0) left.last = right.first = cut(right.first, left.last, low, high, lines);
    else if (gap) {
      const alone = [];
      for (let n = low; n <= high - gap; n++)
        if (lines[n - 1] !== lines[n] && lines[n + gap - 1] !== lines[n + gap]) alone.push(n);
      if (alone.includes(left.last)) return;
      if (alone.length) {
        const owner = alone[0] < left.last ? left : right;
        for (let n = alone[0]; n < alone[0] + gap; n++) owner.furniture.add(n);
        left.last = right.first = owner === left ? right.first : left.last;
      } else if (gap <= SMALL_GAP)
        left.last = right.first = cut(left.last, right.first, low, high, lines);
    }
  }

  function rowsOf(words, lines) {
    const runs = [0];
    for (let n = 1; n < lines.length; n++) if (lines[n] !== lines[n - 1]) runs.push(n);
    runs.push(lines.length);
    const often = new Map();
    const forms = runs.slice(0, -1).map((first, k) => {
      const form = words.slice(first, runs[k + 1]).map((word) => word.form)
        .filter((form) => !/^\p{Nd}+$/u.test(form)).join(" ");
      often.set(form, (often.get(form) || 0) + 1);
      return form;
    });
    return (first, last) => {
      let at = runs.findIndex((run) => run >= first);
      const found = [];
      for (; at >= 0 && at + 1 < runs.length && runs[at + 1] <= last; at++)
        found.push([runs[at], runs[at + 1], !forms[at] || often.get(forms[at]) > 1]);
      return found;
    };
  }

  function furniture(place, whole) {
    for (let k = 1; k < place.hits.length; k++) {
      const one = place.hits[k - 1], two = place.hits[k];
      let extra = two.at - one.at - (two.place - one.place);
      const lines = extra > 0 ? whole(one.at + SHINGLE, two.at) : [];
      for (const [first, last] of lines.sort((a, b) => b[2] - a[2]))
        if (last - first <= extra) {
          for (let n = first; n < last; n++) place.furniture.add(n);
          extra -= last - first;
        }
    }
  }

  function slice(text, words, [first, stop]) {
    let start = words[first].start, end = words[stop - 1].end;
    const floor = first ? words[first - 1].end : 0;
    const ceiling = stop < words.length ? words[stop].start : text.length;
    while (start > floor && !/\s/.test(text[start - 1])) start--;
    while (end < ceiling && !/\s/.test(text[end])) end++;
    return text.slice(start, end).trim().split(/\s+/).join(" ");
  }

  function textOf(text, words, runs) {
    return runs.map((run) => slice(text, words, run)).reduce((whole, piece) =>
      /\p{L}[-\u00ad\u2010]$/u.test(whole) && /^\p{Ll}/u.test(piece)
        ? whole.slice(0, -1) + piece : `${whole} ${piece}`);
  }

  // blocks: [[place, text], …] as read() gives them.
  function split(blocks, maps) {
    const starts = [];
    let at = 0;
    for (const [, block] of blocks) { starts.push(at); at += block.length + 1; }
    const placeOf = (offset) => {
      let n = 0;
      while (n + 1 < starts.length && starts[n + 1] <= offset) n++;
      return blocks.length ? blocks[n][0] : "";
    };
    const text = joined(blocks.map(([, block]) => block).join("\n"));
    const words = wordsOf(text);
    const lines = [];
    let line = 0, from = 0;
    for (const word of words) {
      for (; from < word.start; from++) if (text[from] === "\n") line++;
      lines.push(line);
    }
    const labels = new Array(words.length).fill(null), agreement = {};
    const whole = rowsOf(words, lines);
    for (const map of maps) {
      const places = placesOf(longestChain(hitsOf(words, map)), map, words.length);
      for (let k = 1; k < places.length; k++) settle(places[k - 1], places[k], lines);
      for (const place of places) {
        furniture(place, whole);
        agreement[place.paragraph.id] = place.hits.length / place.paragraph.prints.length;
        for (let n = place.first; n < place.last; n++)
          if (!place.furniture.has(n)) labels[n] ??= place.paragraph.id;
      }
    }
    const spans = new Map(), unmatched = [];
    for (let n = 1, start = 0; n <= words.length; n++) {
      if (n === words.length || labels[n] !== labels[start]) {
        if (labels[start] !== null) {
          if (!spans.has(labels[start])) spans.set(labels[start], []);
          spans.get(labels[start]).push([start, n]);
        }
        start = n;
      }
    }
    for (let n = 1, start = 0; n <= words.length; n++) {
      if (n === words.length || lines[n] !== lines[start] || labels[n] !== labels[start]) {
        if (labels[start] === null)
          unmatched.push({ place: placeOf(words[start].start), text: slice(text, words, [start, n]) });
        start = n;
      }
    }
    const all = maps.flatMap((map) => map.paragraphs.map((paragraph) => paragraph.id));
    return {
      paragraphs: all.filter((id) => spans.has(id)).map((id) => ({
        id, agreement: agreement[id], text: textOf(text, words, spans.get(id)) })),
      missing: all.filter((id) => !spans.has(id)),
      unmatched,
    };
  }

  return { plain, page, read, split };
})();

if (typeof module !== "undefined") module.exports = sourcebookSplitting;

/**
 * Remembers what was found clean. Two kinds of files: <question>.list has the names of the files
 * that the answer depended on the last time, <answer> is empty and named by a hash over the
 * question and their contents. Holds at most FILES_MAX files; those not used for longest go first.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';

const FILES_MAX = 20_000;

/** SHA-256 over the parts, in hexadecimal; no two lists of parts run into each other. */
export const hashOf = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
};

/** The files that a Makefile rule names behind its colon, where spaces are quoted as `\ `. */
export const prerequisitesOf = (rule) => {
  const list = rule.replaceAll(/\\\r?\n/g, ' ').replace(/^.*?:(?=\s|$)/s, '');
  const words = list.match(/(?:\\[\s#]|\S)+/g) ?? [];
  return words.map((word) => word.replaceAll(/\\([\s#])/g, '$1').replaceAll('$$', '$'));
};

export class AnswerCache {
  #folder;
  #root;
  #salt;
  #hashes = new Map();

  /** `salt`: what shapes all answers alike. Paths below `root` are kept relative to it. */
  constructor(folder, root, salt) {
    this.#folder = folder;
    this.#root = root;
    this.#salt = salt;
    mkdirSync(folder, { recursive: true });
  }

  /** Names what is asked: a file and the options that it is looked at with. */
  question(name, options) {
    const places = options.map((option) => option.replaceAll(`${this.#root}/`, './'));
    return hashOf(this.#salt, name, ...places.map((place) => place.replaceAll(this.#root, '.')));
  }

  /** True when the answer was clean for the files as they are now. */
  knows(question) {
    const list = join(this.#folder, `${question}.list`);
    if (!existsSync(list)) return false;
    const answer = this.#answer(question, readFileSync(list, 'utf8').split('\n'));
    if (answer === null || !existsSync(answer)) return false;
    const now = new Date();
    utimesSync(list, now, now);
    utimesSync(answer, now, now);
    return true;
  }

  /**
   * Before the file is looked at: where a clean answer will be kept. `rule`: the Makefile rule that
   * a compiler's -M writes.
   */
  prepare(question, rule) {
    const names = prerequisitesOf(rule).map((name) => this.#placeOf(name));
    this.#hashes.clear();
    return { question, names, answer: this.#answer(question, names) };
  }

  /** Keeps a clean answer, unless a file has changed since prepare(). */
  keep({ question, names, answer }) {
    this.#hashes.clear();
    if (answer === null || this.#answer(question, names) !== answer) return;
    const list = join(this.#folder, `${question}.list`);
    const partial = `${list}.${process.pid}`;
    writeFileSync(partial, names.join('\n'));
    renameSync(partial, list);
    writeFileSync(answer, '');
  }

  prune() {
    const files = readdirSync(this.#folder).map((name) => join(this.#folder, name));
    if (files.length <= FILES_MAX) return;
    const ages = files.map((file) => ({ file, at: statSync(file).mtimeMs }));
    ages.sort((a, b) => a.at - b.at);
    for (const { file } of ages.slice(0, files.length - FILES_MAX)) rmSync(file, { force: true });
  }

  #placeOf(word) {
    const path = resolve(this.#root, word);
    const place = relative(this.#root, path);
    return place.startsWith('..') || isAbsolute(place) ? path : place;
  }

  /** Path of the answer's file; null when a file is gone. */
  #answer(question, names) {
    const contents = names.map((name) => this.#contentHash(resolve(this.#root, name)));
    if (contents.includes(null)) return null;
    return join(this.#folder, hashOf(question, ...names, ...contents));
  }

  #contentHash(path) {
    let hash = this.#hashes.get(path);
    if (hash === undefined) {
      hash = existsSync(path) ? hashOf(readFileSync(path)) : null;
      this.#hashes.set(path, hash);
    }
    return hash;
  }
}

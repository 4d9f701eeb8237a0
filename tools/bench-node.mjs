// usage: node tools/bench-node.mjs LOG-FILTER.js: what calls of a JavaScript log filter cost
// on node, as JSON, in nanoseconds: the call alone, in this process; a fresh context
// (node:vm) and a call in it; a context that is there and a call in it.
import { readFileSync } from "node:fs";
import { createContext, Script } from "node:vm";

const line = "2026-11-27 ERROR disk full";
const source = readFileSync(process.argv[2], "utf8").replace(/^export /gm, "");
const script = new Script(`${source}\nfilterLog`);

function perCall(count, call) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i++) {
    if (!call()) throw new Error("filterLog did not keep the line");
  }
  return Number(process.hrtime.bigint() - start) / count;
}

const here = script.runInThisContext();
const there = script.runInContext(createContext({}));
perCall(1000, () => here(line)); // so that it is compiled
console.log(JSON.stringify({
  alone: perCall(200000, () => here(line)),
  fresh: perCall(200, () => script.runInContext(createContext({}))(line)),
  inside: perCall(20000, () => there(line)),
}));

// Node's fetch with rss-parser: a line of JSON for each round, as bench/poll_engine.py prints them.
// usage: node bench/poll_peer.mjs MODULES PORT FEEDS REPEATS ROUND...
import { createRequire } from "node:module";

const [modules, port, feeds, repeats, ...rounds] = process.argv.slice(2);
const Parser = createRequire(`${modules}/`)("rss-parser");
const parser = new Parser();
const known = new Map();

async function oneRound(at) {
  let next = 0;
  const work = async () => {
    while (next < +feeds) {
      const url = `http://127.0.0.1:${at}/${next++}.xml`;
      const tag = known.get(url);
      const response = await fetch(url, { headers: tag ? { "if-none-match": tag } : {} });
      const body = await response.text();
      if (response.status === 304) continue;
      known.set(url, response.headers.get("etag"));
      await parser.parseString(body);
    }
  };
  await Promise.all(Array.from({ length: 100 }, work));
}

await oneRound(+port);
for (const name of rounds)
  for (let i = 0; i < +repeats; i++) {
    if (name === "fresh") known.clear();
    if (name.startsWith("new")) await fetch(`http://127.0.0.1:${port}/bump`, { method: "POST" });
    const wall = performance.now();
    const before = process.cpuUsage();
    await oneRound(name.endsWith("same") ? +port + 1 : +port);
    const { user, system } = process.cpuUsage(before);
    const rss = Math.round(process.memoryUsage().rss / 2 ** 20);
    console.log(JSON.stringify(["node rss-parser", name, (user + system) / 1e6, (performance.now() - wall) / 1e3, rss]));
  }

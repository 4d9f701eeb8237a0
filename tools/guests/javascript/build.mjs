// usage: node build.mjs SOURCE WIT WORLD OUTPUT: makes a component of a JavaScript file.
import { componentize } from '@bytecodealliance/componentize-js';
import { readFile, writeFile } from 'node:fs/promises';
const [source, witPath, worldName, output] = process.argv.slice(2);
const { component } = await componentize(await readFile(source, 'utf8'), {
  witPath, worldName,
  disableFeatures: worldName === 'handler' ? [] : ['http', 'stdio', 'random', 'clocks', 'fetch-event'],
});
await writeFile(output, component);

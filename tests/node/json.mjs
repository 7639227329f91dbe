// A YAML file as JSON on standard output, for tests that read what CI services read.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [file, modules] = process.argv.slice(2);
const yaml = createRequire(modules + "/")("yaml");
process.stdout.write(JSON.stringify(yaml.parse(readFileSync(file, "utf8"), { strict: true, uniqueKeys: true })));

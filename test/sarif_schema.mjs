// sarif_schema.mjs NODE_MODULES FILE: prints what the SARIF 2.1.0 JSON schema has against FILE, one complaint per line.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, file] = process.argv.slice(2);
const require = createRequire(join(modules, "package.json"));
const read = (path) => JSON.parse(readFileSync(path, "utf8"));

const schema = read(join(modules, "@microsoft/sarif-multitool-linux/sarif-2.1.0.json"));
const Ajv = require("ajv/dist/2020").default; // the dialect the schema is written in
const ajv = new Ajv({ allErrors: true, strict: false });
require("ajv-formats").default(ajv);

const validate = ajv.compile(schema);
if (!validate(read(file)))
  for (const { instancePath, message, params } of validate.errors)
    console.log(`schema: ${instancePath || "/"} ${message} ${JSON.stringify(params)}`);

/** Removes what the compiler wrote, so that nothing of a deleted module is packed. */
import * as fs from "node:fs"
import * as path from "node:path"
import { packages } from "./workspace.ts"

for (const { dir } of packages) {
  fs.rmSync(path.join(dir, "dist"), { recursive: true, force: true })
  fs.rmSync(path.join(dir, ".tsbuildinfo/src.tsbuildinfo"), { force: true })
}

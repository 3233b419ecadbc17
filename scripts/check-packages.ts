/** Looks at every package as it would be published: the shape of its manifest (publint), and its types (attw). */
import * as path from "node:path"
import { packages, packAll, publicModules, root, run, temporaryDirectory } from "./workspace.ts"

const tarballs = packAll(temporaryDirectory())

for (const item of packages) {
  const tarball = tarballs.get(item.name)!
  const entrypoints = publicModules(item).map((module) => module.replace(item.name, "."))
  console.log(`\n${item.name}: ${entrypoints.length} entry points`)
  run(path.join(root, "node_modules/.bin/publint"), ["run", tarball, "--strict"], { cwd: root, inherit: true })
  run(
    path.join(root, "node_modules/.bin/attw"),
    [tarball, "--profile", "esm-only", "--format", "ascii", "--no-emoji", "--no-definitely-typed"]
      .concat(["--entrypoints", ...entrypoints]),
    { cwd: root }
  )
  console.log("Types resolve for every entry point.")
}

/**
 * Uses the packages as somebody else would: packed, installed into a project outside of the workspace, compiled there and
 * run there. The program is the first one of the README.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { fail, packages, packAll, pnpm, publicModules, root, run, temporaryDirectory } from "./workspace.ts"

const firstProgram = (): string => {
  const readme = path.join(root, "README.md")
  if (!fs.existsSync(readme)) {
    return fail("README.md is missing: its first program is what this check compiles and runs.")
  }
  const section = /^## First program[ \t]*\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(fs.readFileSync(readme, "utf8"))?.[1]
  if (section === undefined) {
    return fail("README.md has no heading \"## First program\".")
  }
  return /^```ts\b[^\n]*\n([\s\S]*?)^```[ \t]*$/m.exec(section)?.[1] ??
    fail("README.md has no ```ts fence below \"## First program\".")
}

const program = firstProgram()
const versions = JSON.parse(pnpm(["list", "--json", "--depth", "0"], root))[0].devDependencies
const platformNode = JSON.parse(
  fs.readFileSync(path.join(root, "examples/node_modules/@effect/platform-node/package.json"), "utf8")
)

const consumer = temporaryDirectory()
const tarballs = Object.fromEntries(
  [...packAll(consumer)].map(([name, file]) => [name, `file:./${path.basename(file)}`])
)
const write = (name: string, content: unknown) =>
  fs.writeFileSync(path.join(consumer, name), typeof content === "string" ? content : JSON.stringify(content, null, 2))

write("package.json", {
  name: "consumer",
  private: true,
  type: "module",
  dependencies: {
    ...tarballs,
    "@effect/platform-node": platformNode.version,
    effect: versions.effect.version
  },
  devDependencies: {
    "@types/node": versions["@types/node"].version,
    typescript: versions.typescript.version
  }
})
// Without hoisting, a dependency that a package forgot to declare is not found.
write("pnpm-workspace.yaml", { overrides: tarballs, hoist: false })
write("tsconfig.json", {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: "ES2022",
    module: "NodeNext",
    types: ["node"],
    noEmit: true
  },
  include: ["*.ts"]
})

const modules = packages.flatMap(publicModules)
const hidden = packages.flatMap(({ dir, name }) => {
  const internal = path.join(dir, "dist/internal")
  const files = fs.existsSync(internal) ? fs.readdirSync(internal).filter((file) => file.endsWith(".js")) : []
  return files.slice(0, 1).map((file) => `${name}/internal/${path.basename(file, ".js")}`)
})
if (hidden.length === 0) {
  hidden.push("@effect-binance/core/internal/x")
}
write("program.ts", program)
write(
  "modules.ts",
  modules.map((module, i) => `import * as M${i} from "${module}"\n`).join("") +
    `console.log([${modules.map((_, i) => `M${i}`).join(", ")}].length)\n`
)
write(
  "internal.ts",
  hidden.map((module) => `// @ts-expect-error internal modules cannot be imported\nimport("${module}")\n`).join("")
)
write(
  "internal.mjs",
  `for (const module of ${JSON.stringify(hidden)}) {
  const code = await import(module).then(() => "none", (error) => error.code)
  if (code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") {
    console.error(\`\${module} can be imported from outside (error: \${code})\`)
    process.exitCode = 1
  }
}
`
)

const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(BINANCE|npm|pnpm)_/i.test(name)))
const step = (title: string, command: string, ...args: ReadonlyArray<string>) => {
  console.log(`\n${title}`)
  run(command, args, { cwd: consumer, inherit: true, env, timeout: 120_000 })
}

console.log("Installing the tarballs")
pnpm(["install", "--prefer-offline"], consumer)
step("Compiling the README's first program", path.join(consumer, "node_modules/.bin/tsc"))
step(`Loading ${modules.length} public modules`, process.execPath, "modules.ts")
step(`Refusing ${hidden.length} internal modules`, process.execPath, "internal.mjs")
step("Running the README's first program", process.execPath, "program.ts")
console.log("\nThe packages work outside of the workspace.")

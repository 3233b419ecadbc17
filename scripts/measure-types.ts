/**
 * What the packages cost those who compile and load them: time of a clean `tsc -b`, type instantiations, size of the
 * declarations, time to import. Works beside the ordinary build, in `.tmp`, and leaves it alone.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { packages, root, run, table } from "./workspace.ts"

const out = path.join(root, ".tmp/measure-types")
fs.rmSync(out, { recursive: true, force: true })
fs.mkdirSync(out, { recursive: true })

const folder = (dir: string): string => path.basename(dir)
const config = (name: string): string => path.join(out, `tsconfig.${name}.json`)
const names = packages.map(({ dir }) => folder(dir))

interface Config {
  readonly references?: ReadonlyArray<{ readonly path: string }>
}

for (const { dir } of packages) {
  const name = folder(dir)
  const own: Config = JSON.parse(fs.readFileSync(path.join(dir, "tsconfig.json"), "utf8"))
  const write = (file: string, compilerOptions: { readonly [option: string]: unknown }) =>
    fs.writeFileSync(
      config(file),
      JSON.stringify({
        extends: path.join(dir, "tsconfig.json"),
        include: [path.join(dir, "src")],
        compilerOptions: { rootDir: path.join(dir, "src"), outDir: path.join(out, name), ...compilerOptions },
        references: (own.references ?? []).map((reference) => ({ path: config(folder(reference.path)) }))
      })
    )
  write(name, { tsBuildInfoFile: path.join(out, `${name}.tsbuildinfo`) })
  write(`${name}.check`, { composite: false, incremental: false, tsBuildInfoFile: null, noEmit: true })
}
fs.writeFileSync(
  config("all"),
  JSON.stringify({ files: [], references: names.map((name) => ({ path: config(name) })) })
)

const tsc = path.join(root, "node_modules/.bin/tsc")

// The shell tells the processor time of what it ran.
const [build = "", cpu = ""] = run(
  "bash",
  ["-c", "TIMEFORMAT='%R %U'; { time \"$0\" -b \"$1\" >&2; } 2>&1", tsc, config("all")],
  { cwd: root }
).trim().split(" ")

const figure = (diagnostics: string, name: string): number => {
  const found = new RegExp(`^${name}:\\s+([\\d.]+)`, "m").exec(diagnostics)?.[1]
  return found === undefined ? NaN : Number(found)
}

const declarations = (name: string): number =>
  fs.readdirSync(path.join(out, name), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".d.ts"))
    .reduce((sum, file) => sum + fs.statSync(path.join(out, name, file)).size, 0)

const rows = names.map((name) => {
  // With several checkers, what two of them need is counted twice.
  const diagnostics = run(tsc, ["-p", config(`${name}.check`), "--singleThreaded", "--extendedDiagnostics"], {
    cwd: root
  })
  return [
    name,
    figure(diagnostics, "Instantiations"),
    figure(diagnostics, "Check time"),
    Math.round(declarations(name) / 1024)
  ] as const
})

// What is built is imported in place of the sources.
fs.writeFileSync(
  path.join(out, "hooks.mjs"),
  `import { registerHooks } from "node:module"
import { existsSync } from "node:fs"
registerHooks({
  resolve(specifier, context, next) {
    const [, name, module = "index"] = /^@effect-binance\\/([^/]+)(?:\\/(.+))?$/.exec(specifier) ?? []
    const file = name === undefined ? undefined : new URL(\`./\${name}/\${module}.js\`, import.meta.url)
    return file !== undefined && existsSync(file) ? { url: file.href, shortCircuit: true } : next(specifier, context)
  }
})
`
)

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

const importTime = (modules: ReadonlyArray<string>): number =>
  median(Array.from({ length: 7 }, () => {
    const file = path.join(out, "import.mjs")
    fs.writeFileSync(
      file,
      `${
        modules.map((module) => `await import(${JSON.stringify(module)})\n`).join("")
      }console.log(process.cpuUsage().user / 1000)\n`
    )
    return Number(run(process.execPath, ["--import", path.join(out, "hooks.mjs"), file], { cwd: root }))
  }))

const nothing: ReadonlyArray<string> = []
const effect = ["effect/Effect", "effect/Schema", "effect/http/FetchHttpClient"]
const imports = [
  ["nothing", nothing],
  ["effect: Effect, Schema, FetchHttpClient", effect],
  ["the same and core/Client", [...effect, "@effect-binance/core/Client"]],
  ["the same and portfolio-margin/PortfolioClient", [...effect, "@effect-binance/portfolio-margin/PortfolioClient"]]
] as const

console.log(`tsc -b of ${names.length} packages, clean: ${build} s, ${cpu} s of processor time\n`)
console.log(
  table(
    ["package", "type instantiations", "check, s", "declarations, KiB"],
    rows.map((row) => row.map(String))
  )
)
console.log(
  `\n${
    table(
      ["import of", "processor time of the process, ms, median of 7"],
      imports.map(([name, modules]) => [name, String(Math.round(importTime(modules)))])
    )
  }`
)

/** What the scripts share: where things are, running a command, packing the packages. */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"

export const root = path.resolve(import.meta.dirname, "..")

export interface Package {
  readonly dir: string
  readonly name: string
}

/** The packages that are published. */
export const packages: ReadonlyArray<Package> = fs.readdirSync(path.join(root, "packages")).flatMap((folder) => {
  const dir = path.join(root, "packages", folder)
  const manifest = JSON.parse(fs.readFileSync(path.join(dir, "package.json"), "utf8"))
  return manifest.private === true ? [] : [{ dir, name: manifest.name }]
})

/** Ends the script with a message instead of a stack trace. */
export const fail = (message: string): never => {
  console.error(message)
  process.exit(1)
}

/** Runs a command to its end and answers its output; with `inherit` the output is shown as it comes. */
export const run = (
  command: string,
  args: ReadonlyArray<string>,
  options: {
    readonly cwd: string
    readonly inherit?: boolean
    readonly env?: NodeJS.ProcessEnv
    readonly timeout?: number
  }
): string => {
  const result = spawnSync(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    encoding: "utf8",
    stdio: options.inherit ? "inherit" : "pipe",
    ...options.timeout === undefined ? {} : { timeout: options.timeout }
  })
  if (result.status !== 0) {
    const reason = result.error?.message ?? (result.signal === null ? `exit code ${result.status}` : result.signal)
    return fail(`${[command, ...args].join(" ")}\n${result.stdout ?? ""}${result.stderr ?? ""}failed: ${reason}`)
  }
  return result.stdout ?? ""
}

/** Runs pnpm: the one that runs this script, or else the one npx finds. */
export const pnpm = (args: ReadonlyArray<string>, cwd: string): string => {
  const self = process.env["npm_execpath"]
  return self !== undefined && path.basename(self).startsWith("pnpm")
    ? run(self, args, { cwd })
    : run("npx", ["-y", "pnpm@12", ...args], { cwd })
}

/** A directory outside of the workspace that is gone when the script ends. */
export const temporaryDirectory = (): string => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "effect-binance-"))
  process.on("exit", () => fs.rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Packs every package as it would be published; answers the tarballs by package name. */
export const packAll = (destination: string): ReadonlyMap<string, string> =>
  new Map(packages.map(({ dir, name }) => {
    if (!fs.existsSync(path.join(dir, "dist/index.js"))) {
      fail(`${name} is not built: run the script "build" first.`)
    }
    const packed = JSON.parse(pnpm(["pack", "--json", "--pack-destination", destination], dir))
    return [name, path.resolve(destination, packed.filename)]
  }))

/** The public modules of a built package, as they are imported. */
export const publicModules = ({ dir, name }: Package): ReadonlyArray<string> =>
  fs.readdirSync(path.join(dir, "dist")).filter((file) => file.endsWith(".js")).map((file) => {
    const module = path.basename(file, ".js")
    return module === "index" ? name : `${name}/${module}`
  })

const row = (cells: ReadonlyArray<string>): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`

/** A table in Markdown. */
export const table = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [row(header), row(header.map(() => "---")), ...rows.map(row)].join("\n")

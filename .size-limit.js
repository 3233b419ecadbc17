import * as path from "node:path"

// What is published is weighed: the built modules, in which `scripts/annotate-pure.ts` has marked what bundlers may leave out.
const published = {
  name: "published",
  setup: (build) =>
    build.onResolve({ filter: /^@effect-binance\// }, (asked) => {
      const [, folder, module = "index"] = /^@effect-binance\/([^/]+)(?:\/(.+))?$/.exec(asked.path) ?? []
      return {
        path: path.join(import.meta.dirname, "packages", folder, "dist", `${module}.js`),
        sideEffects: false
      }
    })
}

const check = (name, file, limit) => ({
  name,
  path: `scripts/size/${file}.ts`,
  gzip: true,
  limit,
  modifyEsbuildConfig: (config) => ({ ...config, plugins: [published] })
})

export default [
  check("one method, put together by hand", "one-method-lean", "50 KiB"),
  check("one method", "one-method", "76 KiB"),
  check("PortfolioClient", "portfolio-client", "98 KiB")
]

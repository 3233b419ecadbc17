import { configDefaults, type TestProjectInlineConfiguration } from "vitest/config"
import { doctest } from "./scripts/doctest.ts"

const packages = ["core", "portfolio-margin", "node", "simulator"]

const exclude = [...configDefaults.exclude, "**/dist/**", "**/.tsbuildinfo/**"]

/** The projects of the test run: one per package, the examples, and the code in guides and doc comments. */
const projects: Array<TestProjectInlineConfiguration> = [
  ...packages.map((name): TestProjectInlineConfiguration => ({
    extends: true,
    root: `packages/${name}`,
    test: { name, include: ["test/**/*.test.ts"], exclude }
  })),
  {
    extends: true,
    root: "examples",
    test: { name: "examples", include: ["test/**/*.test.ts"], exclude }
  },
  {
    extends: true,
    plugins: [doctest()],
    test: {
      name: "docs",
      include: [],
      includeSource: ["README.md", "docs/**/*.md", "packages/*/README.md", "packages/*/src/**/*.ts"],
      exclude
    }
  }
]

export default projects

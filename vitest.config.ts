import { defineConfig } from "vitest/config"
import projects from "./vitest.workspace.ts"

export default defineConfig({
  test: {
    projects,
    passWithNoTests: true,
    testTimeout: 15_000,
    isolate: false
  }
})

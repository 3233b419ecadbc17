/** A certificate for this machine, made anew for each run. */
import { spawnSync } from "node:child_process"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"

/** The files of a key and of its certificate. */
export interface Certificate {
  readonly folder: string
  readonly key: string
  readonly certificate: string
}

/** Makes one with openssl, or says why it could not. */
export const make = (): Certificate | string => {
  const folder = mkdtempSync(path.join(tmpdir(), "benchmarks-"))
  const key = path.join(folder, "key.pem")
  const certificate = path.join(folder, "certificate.pem")
  const made = spawnSync(
    "openssl",
    ("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
      + "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out certificate.pem").split(" "),
    { cwd: folder }
  )
  if (made.error !== undefined) return `openssl does not run here (${made.error.message})`
  return made.status === 0 ? { folder, key, certificate } : `openssl made no certificate (status ${made.status})`
}

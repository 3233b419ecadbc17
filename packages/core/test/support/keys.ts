import * as Crypto from "node:crypto"

/** Keys made for this run, in the forms people keep them in. */
const forms = (pair: Crypto.KeyPairKeyObjectResult) => ({
  publicKey: pair.publicKey,
  privateKey: pair.privateKey,
  pkcs8: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  publicPem: pair.publicKey.export({ type: "spki", format: "pem" }).toString()
})

const rsaPair = Crypto.generateKeyPairSync("rsa", { modulusLength: 2048 })

export const rsa = {
  ...forms(rsaPair),
  pkcs1: rsaPair.privateKey.export({ type: "pkcs1", format: "pem" }).toString()
}

export const rsaShort = forms(Crypto.generateKeyPairSync("rsa", { modulusLength: 1024 }))

export const ed25519 = forms(Crypto.generateKeyPairSync("ed25519"))

const ecPair = Crypto.generateKeyPairSync("ec", { namedCurve: "prime256v1" })

export const ec = {
  ...forms(ecPair),
  sec1: ecPair.privateKey.export({ type: "sec1", format: "pem" }).toString()
}

/** The ways in which the same PEM text arrives. */
export const spellings = (pem: string): Record<string, string> => ({
  "as it is": pem,
  "without the last line end": pem.trimEnd(),
  "white space around it": `\n\t  ${pem}\r\n \n`,
  "CRLF line ends": pem.replaceAll("\n", "\r\n"),
  "line ends written \\n": pem.replaceAll("\n", "\\n"),
  "line ends written \\r\\n": pem.replaceAll("\n", "\\r\\n"),
  "on one line, with spaces": pem.trimEnd().replaceAll("\n", " "),
  "in quotes": `"${pem.replaceAll("\n", "\\n")}"`
})

/** The lines of the key itself: what no message may repeat. */
export const secretLines = (pem: string): ReadonlyArray<string> =>
  pem.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("-----"))

import type { Disturbance, Fault } from "../Fault.ts"
import type { WireRequest } from "../Wire.ts"
import * as random from "./random.ts"

/** A fault in force, with what it has seen so far. */
export interface Armed {
  /** What it does to a request, if anything. */
  readonly strike: (endpoint: string, request: WireRequest) => Disturbance | undefined
  readonly struck: () => number
  readonly spent: () => boolean
}

export const arm = (fault: Fault): Armed => {
  const next = random.generator(fault.seed)
  let toSkip = fault.skip
  let struck = 0
  let rounds = 0

  const concerns = (endpoint: string, request: WireRequest): boolean =>
    (fault.endpoints === undefined || fault.endpoints.includes(endpoint)) &&
    (fault.matches === undefined || fault.matches(request))

  const { what } = fault
  const isScript = !("_tag" in what)
  let parts = isScript ? what.map(arm) : []

  const strike = (endpoint: string, request: WireRequest): Disturbance | undefined => {
    if (!isScript) {
      rounds++
      return what
    }
    const dropSpent = () => {
      while (parts[0]?.spent() === true) parts.shift()
    }
    dropSpent()
    const disturbance = parts[0]?.strike(endpoint, request)
    dropSpent()
    if (parts.length === 0) {
      rounds++
      parts = what.map(arm)
    }
    return disturbance
  }

  return {
    strike: (endpoint, request) => {
      if (rounds >= fault.times || !concerns(endpoint, request)) return undefined
      if (toSkip > 0) {
        toSkip--
        return undefined
      }
      if (fault.probability < 1 && next() >= fault.probability) return undefined
      const disturbance = strike(endpoint, request)
      if (disturbance !== undefined) struck++
      return disturbance
    },
    struck: () => struck,
    spent: () => rounds >= fault.times || (isScript && what.length === 0)
  }
}

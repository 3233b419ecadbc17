import type { Disturbance, Fault } from "../Fault.ts"
import type { WireRequest } from "../Wire.ts"
import * as Strikes from "./strikes.ts"

/** A fault in force, with what it has seen so far. */
export interface Armed {
  /** What it does to a request, if anything. */
  readonly strike: (endpoint: string, request: WireRequest) => Disturbance | undefined
  readonly struck: () => number
  readonly spent: () => boolean
}

export const arm = (fault: Fault): Armed => {
  const strikes = Strikes.make({ ...fault, chance: fault.probability })
  let struck = 0

  const concerns = (endpoint: string, request: WireRequest): boolean =>
    (fault.endpoints === undefined || fault.endpoints.includes(endpoint)) &&
    (fault.matches === undefined || fault.matches(request))

  const { what } = fault
  const isScript = !("_tag" in what)
  let parts = isScript ? what.map(arm) : []

  const strike = (endpoint: string, request: WireRequest): Disturbance | undefined => {
    if (!isScript) {
      strikes.spend()
      return what
    }
    const dropSpent = () => {
      while (parts[0]?.spent() === true) parts.shift()
    }
    dropSpent()
    const disturbance = parts[0]?.strike(endpoint, request)
    dropSpent()
    if (parts.length === 0) {
      strikes.spend()
      parts = what.map(arm)
    }
    return disturbance
  }

  return {
    strike: (endpoint, request) => {
      if (strikes.isSpent() || !concerns(endpoint, request) || !strikes.hits()) return undefined
      const disturbance = strike(endpoint, request)
      if (disturbance !== undefined) struck++
      return disturbance
    },
    struck: () => struck,
    spent: () => strikes.isSpent() || (isScript && what.length === 0)
  }
}

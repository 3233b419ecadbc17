import * as SimulatorCommand from "@effect-binance/simulator/SimulatorCommand"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"

Command.run(SimulatorCommand.command, { version: SimulatorCommand.version }).pipe(
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)

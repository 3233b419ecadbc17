/** Where the strategy can run. The strategy is the same; these layers differ. */
import * as Credentials from "@effect-binance/core/Credentials"
import * as Environment from "@effect-binance/core/Environment"
import * as NodePortfolioClient from "@effect-binance/node/NodePortfolioClient"
import * as NodeSigner from "@effect-binance/node/NodeSigner"
import * as NodeWebSocket from "@effect-binance/node/NodeWebSocket"
import * as UndiciHttpClient from "@effect-binance/node/UndiciHttpClient"
import { AccountMirror } from "@effect-binance/portfolio-margin/AccountMirror"
import * as DryRun from "@effect-binance/portfolio-margin/DryRun"
import { UserDataStream, type UserDataStreamOptions } from "@effect-binance/portfolio-margin/UserDataStream"
import * as SimulatorHttpClient from "@effect-binance/simulator/SimulatorHttpClient"
import * as SimulatorTest from "@effect-binance/simulator/SimulatorTest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Layer from "effect/Layer"
import * as Carry from "./Carry.ts"
import * as Legs from "./Legs.ts"
import { Premium } from "./Premium.ts"

/** What is asked for after a gap even where nothing of it was open before. */
const stream: UserDataStreamOptions = { symbols: { um: [Legs.symbol], margin: [Legs.symbol] } }

/** An exchange in memory with an account that holds what is given. */
export const simulator = (account: SimulatorTest.Account, options: UserDataStreamOptions = {}) =>
  Layer.mergeAll(AccountMirror.layer(), Premium.layer).pipe(
    Layer.provideMerge(UserDataStream.layerEnvironment({ ...stream, ...options })),
    Layer.provide([Layer.succeed(Environment.Environment, Environment.simulator()), SimulatorHttpClient.layer]),
    Layer.provideMerge(SimulatorTest.layer(account)),
    Layer.provideMerge(Carry.guard)
  )

const premium = Premium.layer.pipe(Layer.provide([Environment.Environment.layerConfig(), UndiciHttpClient.layer]))

/** The exchange that the variables `BINANCE_…` name. */
export const named = Layer.merge(AccountMirror.layer(), premium).pipe(
  Layer.provideMerge(UserDataStream.layerConfig(stream)),
  Layer.provide(NodeWebSocket.layer),
  Layer.provideMerge(NodePortfolioClient.layerConfig()),
  Layer.provideMerge(Carry.guard)
)

/** The same to read from; what would change something is held back. */
export const dryRun = Layer.merge(
  premium,
  DryRun.layerReads().pipe(
    Layer.provide([
      NodeSigner.layer.pipe(
        Layer.provide(Credentials.Credentials.layerConfig()),
        Layer.provide(NodeFileSystem.layer)
      ),
      Environment.Environment.layerConfig(),
      UndiciHttpClient.layer
    ])
  )
)

/** Processes of the run: each is asked one thing at a time, and one that ends before it has answered fails the run. */
import { type ChildProcess, fork } from "node:child_process"
import * as path from "node:path"

/** A process that answers questions. */
export interface Asked<Question extends object, Answer> {
  readonly ready: Answer
  readonly ask: (question: Question) => Promise<Answer>
  readonly stop: () => void
}

const answerOf = <Answer>(child: ChildProcess, title: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`${title} ended before it had answered`))
    child.once("exit", onExit)
    child.once("message", (message) => {
      child.off("exit", onExit)
      resolve(message as Answer)
    })
  })

/** Starts a script of this folder and waits for its first message. */
export const start = async <Question extends object, Answer>(
  script: string,
  args: ReadonlyArray<string>,
  env: { readonly [name: string]: string } = {}
): Promise<Asked<Question, Answer>> => {
  const title = [script, ...args.slice(0, 1)].join(" ")
  const child = fork(path.join(import.meta.dirname, script), args, { env: { ...process.env, ...env } })
  return {
    ready: await answerOf<Answer>(child, title),
    ask: (question) => {
      const answer = answerOf<Answer>(child, title)
      child.send(question)
      return answer
    },
    stop: () => child.disconnect()
  }
}

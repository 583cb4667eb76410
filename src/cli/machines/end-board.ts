/** Ends the process of a board at once; one that is gone already must not keep whoever ends it from going on. */
export function endBoard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It was lost before.
  }
}

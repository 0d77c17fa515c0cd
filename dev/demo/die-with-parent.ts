// Loaded into processes the demo starts: when the demo ends in any way, the channel closes, and this process
// stops itself in order.
const STOP_WITHIN_MS = 5_000

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
})
process.channel?.unref()

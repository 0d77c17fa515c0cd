// Loaded before a process the demo starts: when the demo is gone, whichever way it went, the channel to it closes,
// and this process ends itself the way a stop asks it to.
const STOP_WITHIN_MS = 5_000

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
})
process.channel?.unref()

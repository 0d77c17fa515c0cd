import { readShapes } from './command-shapes.ts'
import { findComplaints } from './query-plans.ts'

/**
 * Checks recorded commands without a server: each filter and sort has an index of the models, or a reason why
 * it needs none. `RECORD_SHAPES=/tmp/shapes npm test`, then `tsx test/support/check-shapes.ts /tmp/shapes`
 */
const shapes = await readShapes(process.argv.slice(2))
const complaints = shapes.flatMap(({ collection, command, origin }) =>
  findComplaints(collection, command).map(
    ({ missing, lookup }) => `${collection}: no index for the ${missing} of ${lookup} (${origin})`,
  ),
)
for (const complaint of new Set(complaints)) console.log(complaint)
console.log(`${shapes.length} shapes, ${new Set(complaints).size} without an index`)
// A recording without commands proves nothing.
process.exit(complaints.length > 0 || shapes.length < 100 ? 1 : 0)

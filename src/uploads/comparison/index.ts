/**
 * Compares two lists customer by customer and writes the differences. Each list is read once, in its order; one waits in a
 * temporary file. Knows no Slack.
 */
export { compareUploads, type ListDifference } from './compare-uploads.ts'
export { writeComparison } from './write-comparison.ts'

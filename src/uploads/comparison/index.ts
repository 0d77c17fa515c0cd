/**
 * Compares two lists customer by customer and writes the differences. Each list is read once, in its order;
 * one waits in a temporary file. Imports no Slack code.
 */
export { compareUploads, type ListDifference } from './compare-uploads.ts'
export { writeComparison } from './write-comparison.ts'

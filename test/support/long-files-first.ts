import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files of more than about five seconds, the longest first. */
export const LONG_FILES: readonly string[] = [
  'test/security/long-texts.test.ts',
  'test/database/back-up.test.ts',
  'test/slack/listeners/every-button.test.ts',
  'test/database/failing-server.test.ts',
  'test/database/start-server.test.ts',
  'test/slack/listeners/forget.test.ts',
  'test/security/upload-access.test.ts',
  'test/slack/files/failed-rows.test.ts',
  'test/uploads/columns/queue-restart.test.ts',
  'test/dev/demo/demo.test.ts',
  'test/uploads/import/rows-come-back.test.ts',
  'test/slack/listeners/phone-column.test.ts',
  'test/uploads/readings/compare-stored-rows.test.ts',
  'test/security/entries.test.ts',
  'test/slack/listeners/wrong-column.test.ts',
  'test/slack/messages/upload-message.test.ts',
  'test/uploads/undo/undo-model.test.ts',
  'test/database/join-server.test.ts',
  'test/uploads/record-kinds/switch.test.ts',
  'test/slack/listeners/preview.test.ts',
  'test/security/changed-people.test.ts',
  'test/cli/options.test.ts',
  'test/slack/messages/home.test.ts',
  'test/cli/run-import.test.ts',
  'test/security/markup.test.ts',
  'test/slack/listeners/earlier-reading.test.ts',
  'test/slack/messages/reactions.test.ts',
  'test/database/gateway/gateway-wire.test.ts',
  'test/uploads/forget/forget-run.test.ts',
  'test/database/connect.test.ts',
  'test/slack/files/private-files.test.ts',
  'test/migrations/migrate.test.ts',
  'test/slack/files/workbooks.test.ts',
  'test/security/channels.test.ts',
  'test/migrations/upgrade.test.ts',
  'test/database/heal.test.ts',
  'test/replies/cli.test.ts',
  'test/cli/dry-run.test.ts',
  'test/uploads/apply/match-other-phones.test.ts',
  'test/uploads/import/import-workbook.test.ts',
  'test/slack/listeners/private-preview.test.ts',
  'test/slack/files/sharers.test.ts',
  'test/slack/listeners/export.test.ts',
  'test/slack/listeners/texts.test.ts',
  'test/slack/messages/queue-place.test.ts',
  'test/dev/build/ensure-built.test.ts',
  'test/slack/messages/greeting.test.ts',
  'test/customers/rows/nothing-dropped.test.ts',
  'test/slack/listeners/questions-in-windows.test.ts',
  'test/cli/run-records.test.ts',
  'test/uploads/readings/continue-reading.test.ts',
  'test/csv/records/stray-marks.test.ts',
  'test/slack/transport/socket-mode.test.ts',
  'test/slack/listeners/private-preview-values.test.ts',
  'test/commands/uploads/uploads-story.test.ts',
  'test/migrations/old-buttons.test.ts',
  'test/security/audit-of-replies.test.ts',
  'test/uploads/import/any-bytes.test.ts',
  'test/slack/slack-app.test.ts',
  'test/security/rates.test.ts',
  'test/slack/files/foreign-files.test.ts',
  'test/uploads/search-blocks/places-of-customers.test.ts',
  'test/uploads/undo/undo.test.ts',
  'test/slack/listeners/encoding.test.ts',
  'test/uploads/retention/remove-old-values.test.ts',
  'test/lists/temporary-files.test.ts',
  'test/slack/messages/receipt-buttons.test.ts',
  'test/csv/records/linear.test.ts',
  'test/uploads/worker/upload-worker.test.ts',
  'test/monitoring/logs.test.ts',
  'test/database/repeated-writes.test.ts',
]

/**
 * Starts the long files first: one that starts last keeps a single processor busy while the others idle. Vitest knows the
 * durations of earlier runs only, and a clean clone has none.
 */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config
    const placeOf = ({ moduleId, project }: TestSpecification): number => {
      if (project.config.isolate) return -1
      const place = LONG_FILES.indexOf(relative(root, moduleId).replaceAll('\\', '/'))
      return place === -1 ? LONG_FILES.length : place
    }
    return (await super.sort(files)).toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}

/**
 * The stored documents: mongoose models, the indexes beside each schema.
 * Holds no rules about uploads or customers.
 */
import type { Connection, Model } from 'mongoose'
import { type AskedCount, createAskedCountModel } from './asked-count.ts'
import { type AuditEntry, createAuditEntryModel } from './audit-entry.ts'
import { createMemberModel, type Member } from './colleague.ts'
import { type ColumnChoice, createColumnChoiceModel } from './column-choice.ts'
import { type ColumnWindow, createColumnWindowModel } from './column-window.ts'
import { type Counter, createCounterModel } from './counter.ts'
import { type Customer, createCustomerModel } from './customer.ts'
import { createDigestModel, type Digest } from './digest.ts'
import { ensureCustomerIndex } from './ensure-customer-index.ts'
import { ensureModelIndexes } from './ensure-index.ts'
import { createFileUploadModel, type FileUpload } from './file-upload.ts'
import { createForgetRequestModel, type ForgetRequest } from './forget.ts'
import { createGreetingModel, type Greeting } from './greeting.ts'
import { createNameWordModel, type NameWord } from './name-word.ts'
import { createPersonRateModel, type PersonRate } from './person-rate.ts'
import { createPreviewRequestModel, type PreviewRequest } from './preview-request.ts'
import { createRecordMoveModel, type RecordMove } from './record-move.ts'
import { createSchemaStateModel, type SchemaState } from './schema-state.ts'
import { createSearchBlockModel, type SearchBlock } from './search-block.ts'
import { createSentAnswerModel, type SentAnswer } from './sent-answer.ts'
import { createSentFileModel, type SentFile } from './sent-file.ts'
import { createSettingModel, type RecordsSetting } from './setting.ts'
import { createStaleCountModel, type StaleCount } from './stale-count.ts'
import { keyByText, type TextKeyedModel } from './text-keyed-model.ts'
import { createUploadRowModel, type UploadRow } from './upload-row.ts'
import { createWindowQuestionModel, type WindowQuestion } from './window-question.ts'

export type { AskedCount } from './asked-count.ts'
export type { AuditDeed, AuditEntry } from './audit-entry.ts'
export type { Member } from './colleague.ts'
export type { ColumnChoice } from './column-choice.ts'
export type { ColumnWindow } from './column-window.ts'
export { type Counter, LOOKED_THROUGH, WORKBOOKS_READ_SINCE } from './counter.ts'
export { CUSTOMER_INDEXES, type Customer, type UploadLine } from './customer.ts'
export { DIGEST_KINDS, type Digest, type DigestKind } from './digest.ts'
export { isDuplicateKey, repeatUpsert } from './duplicate-key.ts'
export { createCustomerIndex, dropCustomerIndexes } from './ensure-customer-index.ts'
export { findEqualIndexes, listIndexes } from './ensure-index.ts'
export type {
  FailedRowsFile,
  FieldSummary,
  FileUpload,
  ForgetUpload,
  ImportUpload,
  Restart,
  SwitchUpload,
  UndoUpload,
  UploadCheckpoint,
  UploadKind,
  UploadStatus,
} from './file-upload.ts'
export type { ForgetCounts, ForgetRequest } from './forget.ts'
export type { Greeting } from './greeting.ts'
export type {
  FieldPreview,
  HoldReason,
  NamedPhone,
  SameFile,
  SecondPhones,
  SharedPhones,
  UploadCollisions,
  UploadHold,
  UploadPreview,
} from './hold.ts'
export type { NameWord } from './name-word.ts'
export {
  ROW_OUTCOMES,
  type RowOutcome,
  UNDO_OUTCOMES,
  type UndoCounts,
  type UndoOutcome,
  type UploadCounts,
} from './outcomes.ts'
export type { PersonRate } from './person-rate.ts'
export type { RecordMove } from './record-move.ts'
export type { SwitchCounts, SwitchProgress } from './record-switch.ts'
export type { SchemaState } from './schema-state.ts'
export type { SearchBlock } from './search-block.ts'
export type { SentAnswer } from './sent-answer.ts'
export type { SentFile } from './sent-file.ts'
export {
  RECORD_KINDS,
  type RecordChoice,
  type RecordKind,
  type RecordsSetting,
  readRecordsSetting,
} from './setting.ts'
export type { StaleCount } from './stale-count.ts'
export type { FieldChange, StoredChanges, StoredValues, WithoutValues } from './stored-values.ts'
export type { KeptReason, RecordKeeping, UndoKept, UndoOf, UndoRow } from './undo.ts'
export { deleteMatching, pullFrom, updateMatching } from './update-matching.ts'
export type {
  EncodingQuestion,
  PhoneColumnQuestion,
  ReadingCandidate,
  ReadingQuestion,
  SheetQuestion,
} from './upload-question.ts'
export type { UploadRow } from './upload-row.ts'
export type {
  ChosenColumn,
  ChosenColumns,
  ChosenEncoding,
  CliColumn,
  ColumnSample,
  EarlierReading,
  ReadingWords,
  SlackSource,
  UploadFile,
  UploadSheet,
  UploadSource,
} from './upload-source.ts'
export type { WindowQuestion } from './window-question.ts'

export interface Models {
  readonly connection: Connection
  readonly customers: Model<Customer>
  readonly fileUploads: Model<FileUpload>
  readonly uploadRows: Model<UploadRow>
  readonly counters: TextKeyedModel<Counter>
  readonly members: TextKeyedModel<Member>
  readonly columnChoices: Model<ColumnChoice>
  readonly personRates: TextKeyedModel<PersonRate>
  readonly previewRequests: TextKeyedModel<PreviewRequest>
  readonly greetings: TextKeyedModel<Greeting>
  readonly schemaState: TextKeyedModel<SchemaState>
  readonly audit: Model<AuditEntry>
  readonly digests: TextKeyedModel<Digest>
  readonly staleCounts: TextKeyedModel<StaleCount>
  readonly forgetRequests: TextKeyedModel<ForgetRequest>
  readonly sentAnswers: TextKeyedModel<SentAnswer>
  readonly sentFiles: TextKeyedModel<SentFile>
  readonly settings: TextKeyedModel<RecordsSetting>
  readonly recordMoves: TextKeyedModel<RecordMove>
  readonly nameWords: TextKeyedModel<NameWord>
  readonly searchBlocks: Model<SearchBlock>
  readonly askedCounts: TextKeyedModel<AskedCount>
  readonly windowQuestions: TextKeyedModel<WindowQuestion>
  readonly columnWindows: TextKeyedModel<ColumnWindow>
}

/** Creates the models of one connection. Creates nothing in the database: see `ensureIndexes`. */
export function createModels(connection: Connection): Models {
  return {
    connection,
    customers: createCustomerModel(connection),
    fileUploads: createFileUploadModel(connection),
    uploadRows: createUploadRowModel(connection),
    counters: keyByText(createCounterModel(connection)),
    members: keyByText(createMemberModel(connection)),
    columnChoices: createColumnChoiceModel(connection),
    personRates: keyByText(createPersonRateModel(connection)),
    previewRequests: keyByText(createPreviewRequestModel(connection)),
    greetings: keyByText(createGreetingModel(connection)),
    schemaState: keyByText(createSchemaStateModel(connection)),
    audit: createAuditEntryModel(connection),
    digests: keyByText(createDigestModel(connection)),
    staleCounts: keyByText(createStaleCountModel(connection)),
    forgetRequests: keyByText(createForgetRequestModel(connection)),
    sentAnswers: keyByText(createSentAnswerModel(connection)),
    sentFiles: keyByText(createSentFileModel(connection)),
    settings: keyByText(createSettingModel(connection)),
    recordMoves: keyByText(createRecordMoveModel(connection)),
    nameWords: keyByText(createNameWordModel(connection)),
    searchBlocks: createSearchBlockModel(connection),
    askedCounts: keyByText(createAskedCountModel(connection)),
    windowQuestions: keyByText(createWindowQuestionModel(connection)),
    columnWindows: keyByText(createColumnWindowModel(connection)),
  }
}

/**
 * Creates the missing indexes. Called at each start; an existing index costs nothing.
 * @throws AppError database_duplicates if duplicate records prevent an index; the error names some of them
 */
export async function ensureIndexes(models: Models): Promise<void> {
  await ensureCustomerIndex(models)
  await ensureModelIndexes(models.fileUploads)
  await ensureModelIndexes(models.uploadRows)
  await ensureModelIndexes(models.columnChoices)
  await ensureModelIndexes(models.audit)
  await ensureModelIndexes(models.digests)
  await ensureModelIndexes(models.forgetRequests)
  await ensureModelIndexes(models.sentAnswers)
  await ensureModelIndexes(models.nameWords)
  await ensureModelIndexes(models.searchBlocks)
  await ensureModelIndexes(models.askedCounts)
  await ensureModelIndexes(models.windowQuestions)
  await ensureModelIndexes(models.columnWindows)
}

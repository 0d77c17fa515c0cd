import {
  BLANK,
  type CellReading,
  type ColumnStyle,
  readDate,
  readEmail,
  readMoney,
  readNumber,
  readText,
  readYesNo,
  value,
} from '../cells/index.ts'
import type { FieldType } from '../fields/index.ts'
import { readPhones } from '../phones/index.ts'

export type FieldReader = (cell: string, style: ColumnStyle, region: string) => CellReading

/** One reader per field type, from cell to value. A new type is a new entry here. */
export const FIELD_READERS: Readonly<Record<FieldType, FieldReader>> = {
  text: readText,
  phone: readFirstPhone,
  email: readEmail,
  number: readNumber,
  money: readMoney,
  date: readDate,
  yes_no: readYesNo,
}

/** A phone that is not the key, such as a team's `guarantor_phone`. */
function readFirstPhone(cell: string, _: ColumnStyle, region: string): CellReading<string> {
  const reading = readPhones(cell, region)
  if (reading.kind !== 'phones') return reading
  const [phone, ...others] = reading.phones
  if (phone === undefined) return BLANK
  return others.length + reading.leftOut === 0
    ? value(phone)
    : { kind: 'value', value: phone, note: 'phone_left_out' }
}

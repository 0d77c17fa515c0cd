/**
 * Second phones: who has one, which customer a row matches by one, and the list of such rows. Only reads;
 * writes no customers.
 */
export { findHolders } from './find-holders.ts'
export {
  createSecondPhoneList,
  findSecondPhones,
  nameOf,
  nameOthers,
} from './find-second-phones.ts'
export { asPlanned, matchOtherPhones, refuseAmbiguousRow, withOwnPhone } from './match-rows.ts'
export { createPhoneOwners, type PhoneOwner } from './phone-owners.ts'
export { withSource } from './with-source.ts'
export { writeSecondPhones } from './write-second-phones.ts'

/**
 * Switches the record kind: one per phone, one per upload, or one per written form of a phone. Plans from the
 * recorded rows, stores the plan, then writes.
 */
export {
  findOpenSwitch,
  forecastSwitch,
  queueSwitch,
  type SwitchExample,
  type SwitchForecast,
} from './switch-request.ts'
export { runSwitch } from './switch-run.ts'

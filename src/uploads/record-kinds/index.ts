/**
 * Switches what a record is: one per phone, one per upload, or one per way of writing a phone.
 * Plans from the recorded rows, stores the plan, then writes.
 */
export {
  findOpenSwitch,
  forecastSwitch,
  queueSwitch,
  type SwitchExample,
  type SwitchForecast,
} from './switch-request.ts'
export { runSwitch } from './switch-run.ts'

import { findControl } from '../../dev/demo/demo-controls.ts'
import { showMessage } from '../../dev/slack/show-message.ts'
import type { ActionInput, ShownView, Workspace } from '../../dev/workspace/workspace.ts'

/** A view as text for a reader. @throws Error if there is none */
export function readView(view: ShownView | undefined, workspace: Workspace): string {
  if (!view) throw new Error('nothing was shown')
  return showMessage(
    { text: '', blocks: view.blocks },
    { nameOf: workspace.personName, timeZone: 'Asia/Kolkata' },
  )
}

/** The button or option of a view with this label. @throws Error if there is none */
export function controlIn(view: ShownView | undefined, label: string): ActionInput {
  const control = view && findControl([view], label)
  if (!control) throw new Error(`no ${label} in ${JSON.stringify(view?.blocks)}`)
  return control
}

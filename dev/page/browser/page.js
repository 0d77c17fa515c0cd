// Keeps the page up to date, and sends its reader's actions. The server draws everything.
const workspace = document.querySelector('#workspace')
const toast = document.querySelector('#toast')
const dropSign = document.querySelector('#drop')
const frame = () => document.querySelector('#frame')
const here = () => `${frame().dataset.base}/${frame().dataset.person}/${frame().dataset.place}`
let toastTimer

function notify(text) {
  toast.textContent = text
  clearTimeout(toastTimer)
  toastTimer = setTimeout(() => toast.replaceChildren(), 8000)
}

// --- refresh

let looking
let isAgain = false

/** Fetches the page of the address. One request at a time; later changes are fetched after it. */
async function look(kind = 'refresh') {
  if (looking && kind === 'refresh') {
    isAgain = true
    return await looking
  }
  looking = fetchPage(kind).catch(() => undefined)
  await looking
  looking = undefined
  if (isAgain) {
    isAgain = false
    await look()
  }
}

async function fetchPage(kind) {
  const address = location.href
  const response = await fetch(address, {
    headers: { 'x-fragment': kind, ...(document.hidden && { 'x-hidden': '1' }) },
  })
  const text = await response.text()
  if (!response.ok || address !== location.href) return
  const fresh = document.createElement('div')
  fresh.innerHTML = text
  const ends = [...document.querySelectorAll('.scroll-area')].filter(isAtEnd).map(({ id }) => id)
  const hadWindow = document.querySelector('.window')?.id
  const hadThread = frame().dataset.thread
  const place = frame().dataset.person + frame().dataset.place
  morphChildren(workspace, fresh)
  document.title = `${document.querySelector('#main h2').textContent} · ${frame().dataset.person}`
  const isOther = place !== frame().dataset.person + frame().dataset.place
  for (const area of document.querySelectorAll('.scroll-area'))
    if (frame().dataset.place !== 'app.home' && (isOther || ends.includes(area.id))) toEnd(area)
  if (hadThread !== frame().dataset.thread) {
    const area = document.querySelector('#scroll-thread')
    if (area) toEnd(area)
    area?.focus()
  }
  const shown = document.querySelector('.window')
  if (shown && shown.id !== hadWindow) focusWindow(shown)
  if (isOther) restoreDrafts()
}

const isAtEnd = (area) => area.scrollHeight - area.scrollTop - area.clientHeight < 60
const toEnd = (area) => {
  area.scrollTop = area.scrollHeight
}

/** Makes one tree equal another, and keeps the reader's state: focus, fields, open menus, scrolling. */
function morphChildren(old, fresh) {
  const known = new Map([...old.children].filter(({ id }) => id).map((child) => [child.id, child]))
  let at = old.firstChild
  for (const next of [...fresh.childNodes]) {
    const same = next.id ? known.get(next.id) : isAlike(at, next) ? at : undefined
    if (!same) {
      old.insertBefore(next, at)
      continue
    }
    if (same === at) at = at.nextSibling
    else old.insertBefore(same, at)
    morph(same, next)
  }
  while (at) {
    const gone = at
    at = at.nextSibling
    gone.remove()
  }
}

const isAlike = (a, b) => a && a.nodeName === b.nodeName && !a.id && !b.id

function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue
    return
  }
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && name !== 'open' && name !== 'aria-busy') old.removeAttribute(name)
  const isList = old.classList.contains('completions')
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value && !(isList && name === 'hidden')) old.setAttribute(name, value)
  if (isList || old.nodeName === 'TEXTAREA') return
  morphChildren(old, fresh)
}

function go(address) {
  if (address === location.href) return
  saveDrafts()
  history.pushState(null, '', address)
  void look('go')
}

window.addEventListener('popstate', () => look('go'))
document.addEventListener('visibilitychange', () => !document.hidden && look())
new EventSource(`${frame().dataset.base}/events`).addEventListener('message', () => look())

// --- unsent text survives a reload, per tab

const draftKey = (box) => `${location.pathname} ${box.id} ${box.form?.dataset.thread ?? ''}`
function saveDrafts() {
  for (const box of document.querySelectorAll('.composer textarea'))
    sessionStorage.setItem(draftKey(box), box.value)
}
function restoreDrafts() {
  for (const box of document.querySelectorAll('.composer textarea')) {
    box.value = sessionStorage.getItem(draftKey(box)) ?? ''
    growWithText(box)
  }
}
function growWithText(box) {
  box.style.height = 'auto'
  box.style.height = `${box.scrollHeight}px`
}

// --- actions

/** Sends an action. @returns Slack's immediate message; undefined after a failure */
async function act(verb, body) {
  try {
    const response = await fetch(`${here()}/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const outcome = await response.json()
    if (outcome.notice) notify(outcome.notice)
    if (outcome.window) go(addressWith('window', outcome.window))
    else void look()
    return outcome
  } catch {
    notify('The demo has ended. Start it again with npm run demo.')
    return undefined
  }
}

function addressWith(name, value) {
  const address = new URL(location.href)
  address.searchParams.delete(name)
  if (value) address.searchParams.set(name, value)
  return address.href
}

async function whileBusy(control, work) {
  if (control.getAttribute('aria-busy') === 'true') return
  control.setAttribute('aria-busy', 'true')
  try {
    await work()
  } finally {
    control.removeAttribute('aria-busy')
  }
}

/** Asks for the app's confirmation before a press. */
function confirmed(control) {
  if (!control.dataset.confirm) return Promise.resolve(true)
  const [title, text, yes, no, style] = JSON.parse(control.dataset.confirm)
  const dialog = document.querySelector('#confirm')
  dialog.querySelector('h2').textContent = title
  dialog.querySelector('p').textContent = text
  const [denying, confirming] = dialog.querySelectorAll('button')
  denying.textContent = no
  confirming.textContent = yes
  confirming.className = style
  dialog.returnValue = 'no'
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true })
  })
}

async function press(control, value) {
  const container = control.closest('[data-in]')
  if (!container || !(await confirmed(control))) return
  const { action } = control.dataset
  await whileBusy(control, async () => {
    const fields = await fieldsIn(container)
    if (fields) await act('press', { in: container.dataset.in, action, value, fields })
  })
}

/** The fields of a modal or the Home tab; undefined if a file could not be uploaded. */
async function fieldsIn(container) {
  const fields = []
  for (const box of container.querySelectorAll('[data-field]')) {
    const values = await valuesOf(box)
    if (!values) return undefined
    fields.push({ block: box.dataset.block, field: box.dataset.field, values })
  }
  return fields
}

async function valuesOf(box) {
  if (box.nodeName === 'FIELDSET') return [...box.querySelectorAll('input:checked')].map(({ value }) => value)
  if (box.type !== 'file') return [box.value]
  const ids = []
  for (const file of box.files) {
    const outcome = await sendFile('upload', file, {})
    if (!outcome?.id) return undefined
    ids.push(outcome.id)
  }
  return ids
}

async function sendFile(verb, file, query) {
  notify(`Uploading ${file.name} …`)
  try {
    const address = `${here()}/${verb}?${new URLSearchParams({ name: file.name, ...query })}`
    const response = await fetch(address, { method: 'POST', body: file })
    const outcome = await response.json()
    notify(outcome.notice ?? `${file.name} is uploaded.`)
    return outcome
  } catch {
    notify(`${file.name} could not be uploaded.`)
    return undefined
  }
}

async function upload(files, thread) {
  for (const file of files) {
    await sendFile('share', file, thread ? { thread } : {})
    void look()
  }
}

async function send(form) {
  const box = form.querySelector('textarea')
  const text = box.value.trim()
  hideCompletions(box)
  if (text === '') return
  box.value = ''
  growWithText(box)
  saveDrafts()
  const outcome = await act('type', { text, thread: form.dataset.thread })
  if (!outcome) box.value = text
  toEnd(form.parentElement.querySelector('.scroll-area'))
}

async function submitWindow(form) {
  const { window: view } = form.dataset
  const button = form.querySelector('[type=submit]')
  await whileBusy(button, async () => {
    const fields = await fieldsIn(form)
    if (!fields) return
    const outcome = await act('submit', { view, fields })
    form.querySelector('.error').textContent = outcome?.error ?? ''
    if (outcome?.isClosed) go(addressWith('window'))
  })
}

let before
function focusWindow(shown) {
  before = document.activeElement
  const first =
    shown.querySelector('[data-field], .window-body button, .window-body select') ??
    shown.querySelector('.close')
  first.focus()
}

function closeWindow() {
  go(addressWith('window'))
  before?.isConnected && before.focus()
}

// --- events

document.addEventListener('click', (event) => {
  const { target } = event
  for (const menu of document.querySelectorAll('details.menu[open]'))
    if (!menu.contains(target) || target.closest('.menu button')) menu.open = false
  const option = target.closest('.completions li')
  if (option) return complete(option.closest('form').querySelector('textarea'), option)
  const link = target.closest('a[data-go], a[data-close]')
  if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0) {
    event.preventDefault()
    return link.matches('[data-close]') ? closeWindow() : go(link.href)
  }
  const button = target.closest('button')
  if (!button || button.type === 'submit') return
  const { action, value, menu, message, shortcut, delete: gone } = button.dataset
  if (action !== undefined) void press(button, value)
  else if (menu !== undefined) void whileBusy(button, () => act('menu', { callback: menu, message }))
  else if (shortcut !== undefined) void whileBusy(button, () => act('shortcut', { callback: shortcut }))
  else if (gone !== undefined) void act('delete', { message: gone })
})

document.addEventListener('change', ({ target }) => {
  if (target.matches('select[data-action]') && target.value !== '') {
    const { value } = target
    void press(target, value)
  }
  if (target.matches('select[data-at-once]')) void pressEnter(target)
  if (target.matches('.upload input')) {
    void upload([...target.files], target.form.dataset.thread)
    target.value = ''
  }
})

document.addEventListener('submit', (event) => {
  const form = event.target
  if (form.method === 'dialog') return
  event.preventDefault()
  if (form.matches('.composer')) void send(form)
  else if (form.dataset.window) void submitWindow(form)
})

document.addEventListener('input', ({ target }) => {
  if (!target.matches('.composer textarea')) return
  growWithText(target)
  saveDrafts()
  showCompletions(target)
})

document.addEventListener('keydown', (event) => {
  const { target, key } = event
  if (key === 'Escape' && !document.querySelector('dialog[open]')) return leave(event)
  if (key === 'Tab' && document.querySelector('.window')) return keepInWindow(event)
  if (target.matches('.composer textarea')) return typeKey(event, target)
  if (key === 'Enter' && target.matches('[data-at-once]')) {
    event.preventDefault()
    void pressEnter(target)
  }
})

/** A field that submits on Enter: its own name is the pressed control. */
async function pressEnter(field) {
  const container = field.closest('[data-in]')
  const fields = await fieldsIn(container)
  if (fields)
    await act('press', { in: container.dataset.in, action: field.dataset.field, value: field.value, fields })
}

function leave(event) {
  const menu = document.querySelector('details.menu[open]')
  const list = document.querySelector('.completions:not([hidden])')
  if (menu) {
    menu.open = false
    menu.querySelector('summary').focus()
  } else if (list) hideCompletions(list.parentElement.querySelector('textarea'))
  else if (document.querySelector('.window')) closeWindow()
  else if (frame().dataset.thread) go(document.querySelector('#thread .close').href)
  else return
  event.preventDefault()
}

function keepInWindow(event) {
  const all = [
    ...document.querySelectorAll('.window :is(a[href],button,input,select,textarea,summary,[tabindex="0"])'),
  ]
  const [first, last] = [all[0], all.at(-1)]
  if (event.shiftKey && document.activeElement === first) last.focus()
  else if (!event.shiftKey && document.activeElement === last) first.focus()
  else return
  event.preventDefault()
}

// --- completion of commands

const listOf = (box) => box.form.querySelector('.completions')
const optionsOf = (box) => [...listOf(box).querySelectorAll('li:not([hidden])')]

/** Whether the selected completion was chosen by an arrow key: Enter takes it then, and sends the text otherwise. */
let isPicked = false

function showCompletions(box) {
  isPicked = false
  const typed = box.value.toLowerCase()
  const list = listOf(box)
  for (const option of list.children) {
    const { text } = option.dataset
    const isForm = text.startsWith('/') && text.includes(' ')
    const isOpen = typed.includes(' ') || !isForm || typed.length > 2
    option.hidden = !text.toLowerCase().startsWith(typed) || text.toLowerCase() === typed || !isOpen
  }
  const isShown = /^[/@]/.test(typed) && optionsOf(box).length > 0
  list.hidden = !isShown
  select(box, isShown ? optionsOf(box)[0] : undefined)
}

function hideCompletions(box) {
  listOf(box).hidden = true
  select(box, undefined)
}

function select(box, option) {
  for (const one of listOf(box).children) one.setAttribute('aria-selected', String(one === option))
  if (option) box.setAttribute('aria-activedescendant', option.id)
  else box.removeAttribute('aria-activedescendant')
  option?.scrollIntoView({ block: 'nearest' })
}

function complete(box, option) {
  box.value = option.dataset.text
  box.focus()
  showCompletions(box)
  growWithText(box)
  saveDrafts()
}

function typeKey(event, box) {
  const { key, shiftKey } = event
  if (!listOf(box).hidden && ['ArrowDown', 'ArrowUp', 'Tab'].includes(key) && !shiftKey) {
    const options = optionsOf(box)
    const at = options.findIndex((one) => one.getAttribute('aria-selected') === 'true')
    event.preventDefault()
    if (key === 'Tab') return complete(box, options[Math.max(0, at)])
    isPicked = true
    return select(box, options.at((at + (key === 'ArrowDown' ? 1 : -1)) % options.length))
  }
  if (key === 'Enter' && !shiftKey && !event.isComposing) {
    event.preventDefault()
    const picked = optionsOf(box).find((one) => one.getAttribute('aria-selected') === 'true')
    if (isPicked && picked && !listOf(box).hidden) return complete(box, picked)
    void send(box.form)
  }
}

// --- files dropped on the page

let depth = 0
const hasFiles = (event) => event.dataTransfer?.types.includes('Files')
/** In a modal with one field for a file, a drop beside the field counts, too. */
const fieldUnder = (target) => target.closest?.('.drop') ?? document.querySelector('.window .drop')

document.addEventListener('dragenter', (event) => {
  if (!hasFiles(event)) return
  depth += 1
  const isField = document.querySelector('.window') !== null
  dropSign.hidden = isField || frame().dataset.place === 'app.home'
  dropSign.firstElementChild.textContent = `Upload to ${document.querySelector('#main h2').textContent} as ${frame().dataset.person}`
})
document.addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault())
document.addEventListener('dragleave', (event) => {
  if (hasFiles(event)) depth = Math.max(0, depth - 1)
  if (depth === 0) dropSign.hidden = true
})
document.addEventListener('drop', (event) => {
  if (!hasFiles(event)) return
  event.preventDefault()
  depth = 0
  dropSign.hidden = true
  const field = fieldUnder(event.target)?.querySelector('input')
  if (field) {
    field.files = event.dataTransfer.files
    field.dispatchEvent(new Event('change', { bubbles: true }))
    return
  }
  if (document.querySelector('.window') || frame().dataset.place === 'app.home') return
  const thread = event.target.closest('#thread') ? frame().dataset.thread : ''
  void upload([...event.dataTransfer.files], thread)
})

restoreDrafts()
for (const area of document.querySelectorAll('.scroll-area'))
  if (frame().dataset.place !== 'app.home') toEnd(area)
const opened = document.querySelector('.window')
if (opened) focusWindow(opened)

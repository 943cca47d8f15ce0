// Segment's destination "Attentive (Actions)", which Attentive itself maintains, on events from standard input.
//
// `node attentive.cjs FOLDER URL KEY`: each line of standard input is {action, mapping, event}; each line of output is
// {error, status} of it. Its address is a constant, set here to the sandbox's; nothing else is changed.
const path = require('path')
const readline = require('readline')

const [, , folder, url, apiKey] = process.argv
const core = require(path.join(folder, 'node_modules/@segment/actions-core'))
require(path.join(folder, 'attentive/constants')).API_URL = url
const attentive = require(path.join(folder, 'attentive')).default
const destination = new core.Destination(attentive)

async function deliver({ action, mapping, event }) {
  const defaults = core.defaultValues(attentive.actions[action].fields)
  const subscription = {
    subscribe: 'type = "track" or type = "identify"',
    partnerAction: action,
    mapping: { ...defaults, ...mapping },
  }
  try {
    await destination.onEvent(event, { apiKey, subscription })
    return { error: null, status: null }
  } catch (error) {
    return { error: error.message, status: error.response ? error.response.status : null }
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await deliver(JSON.parse(line))))
  }
}
main()

// npm's textlocal, which sends texts: `node textlocal.cjs FOLDER URL KEY NUMBERS MESSAGE SENDER` prints {error, data, balance}.
//
// Host and port are its own options. It has none for the path, and the sandbox's Textlocal is below one.
const http = require('http')
const path = require('path')

const [, , folder, url, apikey, numbers, message, sender] = process.argv
const { hostname, port, pathname } = new URL(url)
const request = http.request
http.request = (options, ...rest) => request({ ...options, path: pathname + options.path }, ...rest)

const client = require(path.join(folder, 'node_modules/textlocal'))({ apikey, host: hostname, port, test: 0 })
client.sendSMS(numbers, message, sender, (error, data) => {
  console.log(JSON.stringify({ error: error ? error.message : null, data, balance: client.smsBalance }))
})

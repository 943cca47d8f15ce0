"""Run the public tap-listrak against another address: `python run_peer.py WSDL -c config.json -p catalog.json`.

No setting of it names the service; the address is a constant, which is read when the client is made.
"""

import sys

import tap_listrak.http

import tap_listrak

if __name__ == "__main__":
    tap_listrak.http.WSDL = sys.argv.pop(1)
    tap_listrak.main()

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An application of the gateway with nothing but curl: deposits the digest of a
# file, queries it, and prints its event.
#
# Usage: client-curl.sh FILE
#
# Environment:
#   BSN_URL     the gateway             (https://127.0.0.1:8443)
#   BSN_CA      who issued its certificate, PEM
#   BSN_CERT    this client's certificate, P-256, PEM
#   BSN_KEY     its private key, PEM
#   BSN_CHAIN   the app chain           (evidence)
#   BSN_SIGNER  the hosted key that signs transactions
set -eu

[ $# -eq 1 ] || {
	sed -n '/^# Usage/,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}
url=${BSN_URL:-https://127.0.0.1:8443}/v1/chains/${BSN_CHAIN:-evidence}

# ask METHOD PATH [BODY]: refusals go to standard error and end the script.
ask() {
	curl --silent --show-error --fail-with-body --max-time 30 \
		--cacert "$BSN_CA" --cert "$BSN_CERT" --key "$BSN_KEY" \
		--request "$1" --header 'Content-Type: application/json' \
		${3:+--data "$3"} "$url/$2"
	echo
}

digest=0x$(sha256sum "$1" | cut -c1-64)

echo "== deposit $digest"
ask POST 'txs?wait=committed' "{
	\"signer\": \"$BSN_SIGNER\",
	\"contract\": \"evidence\",
	\"function\": \"deposit\",
	\"args\": [\"$digest\", \"$(basename "$1")\", \"by curl\"]
}"

echo "== query"
ask POST call "{
	\"contract\": \"evidence\",
	\"function\": \"get\",
	\"args\": [\"$digest\"]
}"

# From block 0 on, so that it comes whenever we ask; the stream itself stays
# open until we leave.
echo "== its event"
pipe=$(mktemp -u)
mkfifo "$pipe"
trap 'rm -f "$pipe"' EXIT
curl --silent --no-buffer --max-time 30 \
	--cacert "$BSN_CA" --cert "$BSN_CERT" --key "$BSN_KEY" \
	"$url/events?from=0&kind=contract&name=Deposited" >"$pipe" &
grep --max-count=1 "^data:.*$digest" <"$pipe"
kill $!
